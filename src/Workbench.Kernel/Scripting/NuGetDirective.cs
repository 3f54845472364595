namespace Workbench.Kernel.Scripting;

/// <summary><c>#r "nuget: Id, Version"</c>.</summary>
/// <param name="Id">The package.</param>
/// <param name="Version">The version asked for; null for the newest stable one.</param>
internal sealed record NuGetDirective(string Id, string? Version)
{
    private const string Prefix = "nuget:";

    /// <summary>Reads the text between the quotes; null when it is not a package reference.</summary>
    public static NuGetDirective? Parse(string reference)
    {
        if (!reference.TrimStart().StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) return null;
        var parts = reference.TrimStart()[Prefix.Length..].Split(',', 2, StringSplitOptions.TrimEntries);
        var version = parts.Length > 1 && parts[1] is { Length: > 0 } v && v != "*" ? v : null;
        return new(parts[0], version);
    }

    /// <summary>True when id and version can be written into a project file.</summary>
    public bool IsValid =>
        Id.Length > 0 && Id.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')
        && (Version is null || Version.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '+' or '*' or '[' or ']' or '(' or ')' or ','));
}
