using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace Workbench.Kernel.Scripting;

/// <summary>
/// Loads the cells of one session and what they reference. The host's assemblies come from the default context; all
/// others from the files that the session knows, or from beside the assembly that asks. Native libraries are looked for
/// beside the assembly and under <c>runtimes/&lt;rid&gt;/native</c>.
/// </summary>
internal sealed class SessionLoadContext() : AssemblyLoadContext("cells")
{
    private readonly ConcurrentDictionary<string, string> files = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, byte> folders = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte> nativeFolders = new(StringComparer.Ordinal);

    /// <summary>Makes an assembly file known; the first file of a simple name wins, as it may be loaded already.</summary>
    public string AddFile(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        var known = files.GetOrAdd(name, path);
        AddFolder(Path.GetDirectoryName(path)!);
        return known;
    }

    /// <summary>Makes a folder known in which managed and native dependencies lie.</summary>
    public void AddFolder(string folder)
    {
        if (!folders.TryAdd(folder, 0)) return;
        nativeFolders.TryAdd(folder, 0);
        nativeFolders.TryAdd(Path.Combine(folder, "runtimes", RuntimeInformation.RuntimeIdentifier, "native"), 0);
    }

    /// <summary>Makes a folder of native libraries known.</summary>
    public void AddNativeFolder(string folder) => nativeFolders.TryAdd(folder, 0);

    /// <summary>The file that stands for an assembly in this session: the host's copy, a known file, or one beside a known file.</summary>
    public string? Locate(string simpleName)
    {
        if (HostAssemblies.Find(simpleName) is { } host) return host;
        if (files.TryGetValue(simpleName, out var file)) return file;
        foreach (var folder in folders.Keys)
        {
            var path = Path.Combine(folder, simpleName + ".dll");
            if (File.Exists(path)) return files.GetOrAdd(simpleName, path);
        }

        return null;
    }

    /// <summary>Loads the assembly of that file, in the default context when the host owns it.</summary>
    public Assembly LoadFile(string path) =>
        HostAssemblies.Find(Path.GetFileNameWithoutExtension(path)) is { } host
            ? Default.LoadFromAssemblyPath(host)
            : LoadFromAssemblyPath(path);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var name = assemblyName.Name!;
        if (HostAssemblies.Find(name) is { } host) return Default.LoadFromAssemblyPath(host);
        return Locate(name) is { } path ? LoadFromAssemblyPath(path) : null;
    }

    /// <summary>Finds a native library for another context of the session; 0 when it is not known here.</summary>
    public nint LoadNative(string name) => LoadUnmanagedDll(name);

    protected override nint LoadUnmanagedDll(string unmanagedDllName)
    {
        foreach (var folder in nativeFolders.Keys)
            foreach (var name in Candidates(unmanagedDllName))
            {
                var path = Path.Combine(folder, name);
                if (File.Exists(path)) return LoadUnmanagedDllFromPath(path);
            }

        return 0;
    }

    private static IEnumerable<string> Candidates(string name)
    {
        yield return name;
        if (OperatingSystem.IsWindows())
        {
            yield return name + ".dll";
            yield break;
        }

        var extension = OperatingSystem.IsMacOS() ? ".dylib" : ".so";
        yield return $"lib{name}{extension}";
        yield return name + extension;
        yield return "lib" + name;
    }
}
