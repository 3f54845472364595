using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;

namespace Workbench.Kernel.Scripting;

/// <summary>One metadata reference a file and modification time, shared by all cells and sessions: the compiler then reads each file once.</summary>
internal static class MetadataCache
{
    private static readonly ConcurrentDictionary<(string Path, DateTime Modified), PortableExecutableReference> References = new();

    public static PortableExecutableReference Get(string path) =>
        References.GetOrAdd((path, File.GetLastWriteTimeUtc(path)), key => MetadataReference.CreateFromFile(key.Path, documentation: new AssemblyDocumentation(key.Path)));
}
