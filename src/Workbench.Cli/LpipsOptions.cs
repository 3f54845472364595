using System.CommandLine;
using Workbench.Metrics;

namespace Workbench.Cli;

/// <summary>The options <c>--lpips-alex</c> and <c>--lpips-vgg</c>: the published files of LPIPS.</summary>
internal static class LpipsOptions
{
    public const string Alex = "--lpips-alex", Vgg = "--lpips-vgg";

    /// <summary>An option that takes one or two files; what follows them is the verb's.</summary>
    public static Option<string[]> Option(string name, string description) => new(name) { Description = description, AllowMultipleArgumentsPerToken = true, Arity = new ArgumentArity(1, 2) };

    /// <summary>The files that were given; null without.</summary>
    public static LpipsFiles? Files(string[]? files) => files is null or [] ? null : new(files[0], files[^1]);
}
