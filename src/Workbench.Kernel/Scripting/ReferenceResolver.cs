using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Workbench.Kernel.Scripting;

/// <summary>
/// Resolves <c>#r "path.dll"</c> relative to the notebook's folder, and <c>#r "Name"</c> to an assembly that the host or
/// an earlier reference brings. References are cached, without which some hundred cells would cost a gigabyte, and a
/// file that changes stays for the session what it was first: as such it is loaded.
/// </summary>
internal sealed class ReferenceResolver(string folder, SessionLoadContext context) : MetadataReferenceResolver
{
    private readonly ConcurrentDictionary<string, PortableExecutableReference> known = new(StringComparer.Ordinal);
    private readonly List<string> resolved = [];

    public override bool ResolveMissingAssemblies => true;

    /// <summary>The files resolved since the last call, for the session to load.</summary>
    public IReadOnlyList<string> TakeResolved()
    {
        lock (resolved)
        {
            string[] taken = [.. resolved];
            resolved.Clear();
            return taken;
        }
    }

    public override ImmutableArray<PortableExecutableReference> ResolveReference(string reference, string? baseFilePath, MetadataReferenceProperties properties)
    {
        var path = Locate(reference, baseFilePath);
        if (path is null) return [];
        lock (resolved) resolved.Add(path);
        return [known.GetOrAdd(path, MetadataCache.Get)];
    }

    public override PortableExecutableReference? ResolveMissingAssembly(MetadataReference definition, AssemblyIdentity referenceIdentity) =>
        context.Locate(referenceIdentity.Name) is { } path ? known.GetOrAdd(path, MetadataCache.Get) : null;

    private string? Locate(string reference, string? baseFilePath)
    {
        var isPath = reference.Contains('/') || reference.Contains('\\') || reference.EndsWith(".dll", StringComparison.OrdinalIgnoreCase);
        var name = reference.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)
            ? Path.GetFileNameWithoutExtension(reference.Replace('\\', '/'))
            : reference.Split(',')[0].Trim();
        if (HostAssemblies.Find(isPath ? Path.GetFileName(name) : name) is { } host) return host;
        if (!isPath) return context.Locate(name);

        var start = baseFilePath is null ? folder : Path.GetDirectoryName(baseFilePath) ?? folder;
        var path = Path.GetFullPath(Path.Combine(start, reference.Replace('\\', '/')));
        if (!File.Exists(path)) path = Path.GetFullPath(Path.Combine(folder, reference.Replace('\\', '/')));
        return File.Exists(path) ? context.AddFile(path) : null;
    }

    public override bool Equals(object? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}
