using System.Text.Json.Nodes;

namespace Workbench.Experiments;

/// <summary>Finished runs of other studies. A run depends on its scenario but for the condition's name, and studies name alike conditions differently.</summary>
/// <param name="folders">Folders of studies, each with <c>runs/</c> in it.</param>
internal sealed class FinishedRuns(IReadOnlyList<string> folders)
{
    private static readonly string[] Names = ["condition", "label", "key"];

    private readonly Lazy<IReadOnlyList<(string Folder, JsonObject Manifest)>> found = new(() => [.. folders.SelectMany(Manifests)]);

    /// <summary>A run of the same scenario under whatever condition; null where there is none.</summary>
    /// <param name="scenario">The scenario as a manifest has it.</param>
    /// <param name="isOurs">True where a manifest's settings and weights are those of the study that asks.</param>
    /// <returns>The run's folder and a copy of its manifest.</returns>
    public (string Folder, JsonObject Manifest)? Find(JsonNode scenario, Func<JsonObject, bool> isOurs)
    {
        var wanted = WithoutNames(scenario);
        return found.Value.FirstOrDefault(run => run.Manifest["scenario"] is { } made && JsonNode.DeepEquals(WithoutNames(made), wanted) && isOurs(run.Manifest)) is { Folder: { } folder, Manifest: { } manifest }
            ? (folder, manifest.DeepClone().AsObject()) : null;
    }

    private static IEnumerable<(string, JsonObject)> Manifests(string folder)
    {
        var runs = Path.Combine(folder, "runs");
        if (!Directory.Exists(runs)) throw new DirectoryNotFoundException($"{folder}: expected the folder of a study with finished runs, found no runs/ in it.");
        return Directory.GetDirectories(runs).Order(StringComparer.Ordinal).Where(run => File.Exists(Path.Combine(run, ScenarioGrid.ManifestFile)))
            .Select(run => (run, ScenarioGrid.ReadManifest(Path.Combine(run, ScenarioGrid.ManifestFile))));
    }

    private static JsonObject WithoutNames(JsonNode scenario)
    {
        var bare = scenario.DeepClone().AsObject();
        foreach (var name in Names) bare.Remove(name);
        return bare;
    }
}
