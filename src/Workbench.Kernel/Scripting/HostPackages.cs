using System.Text.Json;

namespace Workbench.Kernel.Scripting;

/// <summary>The packages that the running program was built with (its deps.json): a notebook that asks for one gets the host's, without a restore.</summary>
internal static class HostPackages
{
    private static readonly Lazy<Dictionary<string, (string Version, string[] Assemblies)>> Known = new(Read);

    private static readonly Lazy<Dictionary<string, string>> AssetPaths = new(ReadAssets);

    /// <summary>Version and assembly names (of the package and of what it depends on); null when the host has not got it.</summary>
    public static (string Version, IReadOnlyList<string> Assemblies)? Find(string id) =>
        Known.Value.TryGetValue(id, out var package) ? package : null;

    /// <summary>The XML documentation of one of the host's package assemblies, in the package cache of this machine; null when it is not there.</summary>
    public static string? Documentation(string assemblyName)
    {
        if (!AssetPaths.Value.TryGetValue(assemblyName, out var asset)) return null;
        var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set
            ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var path = Path.Combine(cache, Path.ChangeExtension(asset, ".xml"));
        return File.Exists(path) ? path : null;
    }

    /// <summary>Assembly name to its path below the package cache.</summary>
    private static Dictionary<string, string> ReadAssets()
    {
        var paths = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var library in Libraries())
        {
            if (!library.Value.TryGetProperty("runtime", out var runtime)) continue;
            foreach (var asset in runtime.EnumerateObject().Where(a => a.Name.StartsWith("lib/", StringComparison.Ordinal)))
                paths.TryAdd(Path.GetFileNameWithoutExtension(asset.Name), Path.Combine(library.Name.ToLowerInvariant(), asset.Name));
        }

        return paths;
    }

    /// <summary>Every library of the host's deps.json files, with what it brings.</summary>
    private static IEnumerable<JsonProperty> Libraries()
    {
        foreach (var file in (AppContext.GetData("APP_CONTEXT_DEPS_FILES") as string ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!File.Exists(file)) continue;
            using var json = JsonDocument.Parse(File.ReadAllText(file));
            if (!json.RootElement.TryGetProperty("targets", out var targets)) continue;
            foreach (var library in targets.EnumerateObject().SelectMany(t => t.Value.EnumerateObject())) yield return library;
        }
    }

    private static Dictionary<string, (string, string[])> Read()
    {
        var packages = new Dictionary<string, (string Version, HashSet<string> Own, List<string> Needs)>(StringComparer.OrdinalIgnoreCase);
        foreach (var library in Libraries())
        {
            if (library.Name.Split('/') is not [var id, var version]) continue;
            if (!packages.TryGetValue(id, out var entry)) packages[id] = entry = (version, [], []);
            if (library.Value.TryGetProperty("runtime", out var runtime))
                entry.Own.UnionWith(runtime.EnumerateObject().Select(r => Path.GetFileNameWithoutExtension(r.Name)));
            if (library.Value.TryGetProperty("dependencies", out var needs)) entry.Needs.AddRange(needs.EnumerateObject().Select(d => d.Name));
        }

        return packages.ToDictionary(p => p.Key, p => (p.Value.Version, Closure(p.Key)), StringComparer.OrdinalIgnoreCase);

        string[] Closure(string root)
        {
            var (seen, names, open) = (new HashSet<string>(StringComparer.OrdinalIgnoreCase), new HashSet<string>(), new Stack<string>([root]));
            while (open.TryPop(out var id))
            {
                if (!seen.Add(id) || !packages.TryGetValue(id, out var entry)) continue;
                names.UnionWith(entry.Own);
                foreach (var need in entry.Needs) open.Push(need);
            }

            return [.. names.Where(n => HostAssemblies.Find(n) is not null)];
        }
    }
}
