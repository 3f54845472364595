using System.Collections.Concurrent;
using System.Globalization;
using System.Xml;
using Microsoft.CodeAnalysis;

namespace Workbench.Kernel.Scripting;

/// <summary>
/// The XML documentation of an assembly: the file beside it, or for the framework, those of the SDK's reference pack, whose
/// assemblies divide the types differently. Files are read when first asked for.
/// </summary>
internal sealed class AssemblyDocumentation : DocumentationProvider
{
    private static readonly ConcurrentDictionary<string, Lazy<Dictionary<string, string>>> Files = new(StringComparer.Ordinal);
    private static readonly Lazy<string?> FrameworkPack = new(FindPack);
    private readonly string assembly;

    public AssemblyDocumentation(string assembly) => this.assembly = assembly;

    public override bool Equals(object? obj) => obj is AssemblyDocumentation other && other.assembly == assembly;

    public override int GetHashCode() => assembly.GetHashCode(StringComparison.Ordinal);

    protected override string GetDocumentationForSymbol(string documentationMemberID, CultureInfo preferredCulture, CancellationToken cancellationToken = default)
    {
        foreach (var file in Candidates())
            if (Read(file).TryGetValue(documentationMemberID, out var xml)) return xml;
        return "";
    }

    private IEnumerable<string> Candidates()
    {
        var beside = Path.ChangeExtension(assembly, ".xml");
        if (File.Exists(beside)) yield return beside;
        else if (HostPackages.Documentation(Path.GetFileNameWithoutExtension(assembly)) is { } cached) yield return cached;
        if (Path.GetDirectoryName(assembly) != HostAssemblies.FrameworkFolder || FrameworkPack.Value is not { } pack) yield break;
        var same = Path.Combine(pack, Path.GetFileName(beside));
        if (File.Exists(same)) yield return same;
        foreach (var name in new[] { "System.Runtime", "System.Collections", "System.Linq", "System.Threading", "System.Console", "System.Runtime.Extensions", "System.Memory", "System.Runtime.InteropServices" })
        {
            var other = Path.Combine(pack, name + ".xml");
            if (other != same && File.Exists(other)) yield return other;
        }
    }

    private static Dictionary<string, string> Read(string path) => Files.GetOrAdd(path, static p => new(() => Parse(p))).Value;

    private static Dictionary<string, string> Parse(string path)
    {
        var members = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            using var reader = XmlReader.Create(path, new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null });
            while (!reader.EOF)
                if (reader is { NodeType: XmlNodeType.Element, Name: "member" } && reader.GetAttribute("name") is { } name) members[name] = reader.ReadOuterXml();
                else reader.Read();
        }
        catch (Exception e) when (e is XmlException or IOException)
        {
            // A damaged file documents what could be read of it.
        }

        return members;
    }

    private static string? FindPack()
    {
        // .../shared/Microsoft.NETCore.App/10.0.x/ -> .../packs/Microsoft.NETCore.App.Ref/10.0.y/ref/net10.0
        var root = Path.GetFullPath(Path.Combine(HostAssemblies.FrameworkFolder, "..", "..", "..", "packs", "Microsoft.NETCore.App.Ref"));
        return !Directory.Exists(root) ? null
            : Directory.EnumerateDirectories(root, $"{Environment.Version.Major}.*").Select(d => Path.Combine(d, "ref", $"net{Environment.Version.Major}.0"))
                .Where(Directory.Exists).OrderDescending(StringComparer.Ordinal).FirstOrDefault();
    }
}
