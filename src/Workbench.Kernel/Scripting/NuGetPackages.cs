using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Workbench.Kernel.Scripting;

/// <summary>
/// Resolves the <c>#r "nuget: Id, Version"</c> and <c>#i "nuget: source"</c> lines of a session's cells. A package that the
/// host was built with comes from the host; the rest is restored together, so that versions agree.
/// </summary>
internal sealed class NuGetPackages(SessionLoadContext context, string? cache)
{
    private readonly Dictionary<string, NuGetDirective> restored = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> sources = [];

    /// <summary>Returns the code with those lines blanked out, and the references that they stand for.</summary>
    /// <exception cref="CellErrorException">A package cannot be had; the error says why.</exception>
    public async Task<(string Code, IReadOnlyList<MetadataReference> References)> ResolveAsync(
        string code, string path, string label, CancellationToken cancellation)
    {
        if (!code.Contains("nuget", StringComparison.OrdinalIgnoreCase)) return (code, []);
        code = TakeSources(code);
        // Anywhere in the cell, as notebooks of .NET Interactive have them; the compiler takes references before the first statement only.
        var directives = SubmissionCompiler.Parse(code, path, cancellation).DescendantNodes(descendIntoTrivia: true).OfType<ReferenceDirectiveTriviaSyntax>()
            .Select(d => (Syntax: d, Package: NuGetDirective.Parse(d.File.ValueText))).Where(d => d.Package is not null).ToList();
        if (directives.Count == 0) return (code, []);

        var wanted = new List<NuGetDirective>();
        var references = new List<MetadataReference>();
        foreach (var (syntax, package) in directives)
        {
            var line = syntax.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
            if (!package!.IsValid) throw Failed($"'{syntax.File.ValueText}' is not of the form \"nuget: Id, Version\".", label, line);
            if (HostPackages.Find(package.Id) is { } host)
                references.AddRange(host.Assemblies.Select(name => MetadataCache.Get(HostAssemblies.Find(name)!)));
            else if (!restored.TryGetValue(package.Id, out var before) || (package.Version is not null && before.Version != package.Version))
                wanted.Add(package);
        }

        var first = directives[0].Syntax.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
        if (wanted.Count > 0) references.AddRange(await RestoreAsync(wanted, label, first, cancellation).ConfigureAwait(false));
        return (Blank(code, directives.Select(d => d.Syntax)), references);
    }

    private async Task<IEnumerable<MetadataReference>> RestoreAsync(List<NuGetDirective> wanted, string label, int line, CancellationToken cancellation)
    {
        foreach (var package in wanted)
            if (restored.TryGetValue(package.Id, out var before))
                throw Failed($"{package.Id} {before.Version ?? "(newest)"} is loaded already; {package.Version} needs a fresh session.", label, line);

        RestoredPackages result;
        try
        {
            result = await NuGetRestore.RunAsync([.. restored.Values, .. wanted], sources, cache, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or System.ComponentModel.Win32Exception)
        {
            throw Failed(e.Message, label, line);
        }

        foreach (var package in wanted) restored[package.Id] = package;
        foreach (var file in result.Runtime) context.AddFile(file);
        foreach (var folder in result.NativeFolders) context.AddNativeFolder(folder);
        return result.Compile.Select(file => MetadataCache.Get(HostAssemblies.Find(Path.GetFileNameWithoutExtension(file)) ?? file));
    }

    private string TakeSources(string code)
    {
        var lines = code.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            if (!line.StartsWith("#i ", StringComparison.Ordinal) || !line.Contains("nuget:", StringComparison.OrdinalIgnoreCase)) continue;
            sources.Add(line[(line.IndexOf(':') + 1)..].Trim().Trim('"').Trim());
            lines[i] = "";
        }

        return string.Join('\n', lines);
    }

    private static string Blank(string code, IEnumerable<ReferenceDirectiveTriviaSyntax> directives)
    {
        var text = code.ToCharArray();
        foreach (var directive in directives)
            for (var i = directive.Span.Start; i < directive.Span.End; i++)
                if (text[i] is not ('\n' or '\r')) text[i] = ' ';
        return new(text);
    }

    private static CellErrorException Failed(string message, string label, int line) =>
        new(new("PackageError", message, [$"{label}, line {line}: {message}"], line));
}
