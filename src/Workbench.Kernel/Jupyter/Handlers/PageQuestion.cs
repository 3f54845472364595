using System.Text.RegularExpressions;

namespace Workbench.Kernel.Jupyter.Handlers;

/// <summary>A cell of the form <c>?Name</c> or <c>Name?</c> asks for documentation, as in other Jupyter kernels.</summary>
internal static partial class PageQuestion
{
    [GeneratedRegex(@"^\s*(?:\?\s*(?<name>[\w.<>@]+)|(?<name>[\w.<>@]+)\s*\?)\s*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();

    /// <summary>The name asked for, or null.</summary>
    public static string? Of(string code) => code.Length < 500 && Form().Match(code) is { Success: true } match ? match.Groups["name"].Value : null;
}
