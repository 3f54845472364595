using System.Text.Json;

namespace Workbench.Kernel.Scripting;

/// <summary>The packages that the running program was built with (its deps.json): a notebook that asks for one gets the host's, without a restore.</summary>
internal static class HostPackages
{
    private static readonly Lazy<Dictionary<string, (string Version, string[] Assemblies)>> Known = new(Read);

    /// <summary>Version and assembly names (of the package and of what it depends on); null when the host has not got it.</summary>
    public static (string Version, IReadOnlyList<string> Assemblies)? Find(string id) =>
        Known.Value.TryGetValue(id, out var package) ? package : null;

    private static Dictionary<string, (string, string[])> Read()
    {
        var packages = new Dictionary<string, (string Version, HashSet<string> Own, List<string> Needs)>(StringComparer.OrdinalIgnoreCase);
        foreach (var file in (AppContext.GetData("APP_CONTEXT_DEPS_FILES") as string ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!File.Exists(file)) continue;
            using var json = JsonDocument.Parse(File.ReadAllText(file));
            if (!json.RootElement.TryGetProperty("targets", out var targets)) continue;
            foreach (var library in targets.EnumerateObject().SelectMany(t => t.Value.EnumerateObject()))
            {
                if (library.Name.Split('/') is not [var id, var version]) continue;
                if (!packages.TryGetValue(id, out var entry)) packages[id] = entry = (version, [], []);
                if (library.Value.TryGetProperty("runtime", out var runtime))
                    entry.Own.UnionWith(runtime.EnumerateObject().Select(r => Path.GetFileNameWithoutExtension(r.Name)));
                if (library.Value.TryGetProperty("dependencies", out var needs)) entry.Needs.AddRange(needs.EnumerateObject().Select(d => d.Name));
            }
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
