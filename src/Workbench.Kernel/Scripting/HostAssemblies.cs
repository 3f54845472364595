using System.Reflection;
using System.Runtime.Loader;

namespace Workbench.Kernel.Scripting;

/// <summary>
/// The assemblies that the running program brings: its trusted platform list. Cells share them with the host, by simple
/// name, so that a type of Workbench.Core in a notebook is the type that the program itself uses, whatever copy of the
/// file <c>#r</c> names.
/// </summary>
internal static class HostAssemblies
{
    /// <summary>Loaded first: Plotly.NET breaks when a script loader brings a second FSharp.Core.</summary>
    private static readonly string[] LoadFirst = ["FSharp.Core", "Giraffe.ViewEngine", "DynamicObj", "Plotly.NET"];

    private static readonly Lazy<Dictionary<string, string>> Paths = new(Read);

    /// <summary>The folder of the .NET runtime.</summary>
    public static string FrameworkFolder { get; } = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

    /// <summary>Every assembly of the framework that cells may use without a reference.</summary>
    public static IEnumerable<string> Framework =>
        Paths.Value.Values.Where(path => string.Equals(Path.GetDirectoryName(path), FrameworkFolder, StringComparison.Ordinal));

    /// <summary>The path of the host's own copy of an assembly, or null.</summary>
    public static string? Find(string simpleName) => Paths.Value.GetValueOrDefault(simpleName);

    /// <summary>Loads what must be in the default context before any cell runs.</summary>
    public static void Preload()
    {
        foreach (var name in LoadFirst)
            if (Find(name) is { } path) _ = AssemblyLoadContext.Default.LoadFromAssemblyPath(path);
    }

    private static Dictionary<string, string> Read()
    {
        var paths = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var trusted = AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? "";
        foreach (var path in trusted.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
            paths.TryAdd(Path.GetFileNameWithoutExtension(path), path);
        foreach (var assembly in AssemblyLoadContext.Default.Assemblies)
            if (!assembly.IsDynamic && assembly.Location.Length > 0) paths.TryAdd(assembly.GetName().Name!, assembly.Location);
        return paths;
    }
}
