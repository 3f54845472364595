using System.Text.Json.Nodes;
using Workbench.Kernel.Documents;

namespace Workbench.Kernel.Running;

/// <summary>What a run leaves in the executed notebook's metadata, and the way back from it to the outcome.</summary>
public static class RunSummary
{
    /// <summary>The key of our metadata, of the notebook and of its cells.</summary>
    internal const string Key = "workbench";

    /// <summary>The outcome of the run that wrote the document; null when no run of ours did. Warnings are not kept.</summary>
    public static RunResult? Read(NotebookDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        if (document.Metadata[Key] is not JsonObject summary) return null;
        var code = document.Cells.Where(c => c.Kind == CellKind.Code).ToList();
        var failures = code.Select((cell, i) => (cell, Number: i + 1))
            .Where(c => c.cell.Error is not null)
            .Select(c => new FailedCell(c.cell, c.Number, new(c.cell.Error!.Name, c.cell.Error.Message, c.cell.Error.Traceback)))
            .ToList();
        return new(Int(summary, "completed_cells"), code.Count, failures, summary["stopped"] is JsonValue s && s.TryGetValue(out bool stopped) && stopped,
            TimeSpan.FromSeconds(summary["seconds"] is JsonValue v && v.TryGetValue(out double seconds) ? seconds : 0), []);
    }

    internal static JsonObject Write(RunOptions options, TimeSpan elapsed, int completed, int count, bool stopped) => new()
    {
        ["seconds"] = Math.Round(elapsed.TotalSeconds, 3),
        ["completed_cells"] = completed,
        ["code_cells"] = count,
        ["stopped"] = stopped,
        ["parameters"] = new JsonObject(options.Parameters.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value))),
    };

    private static int Int(JsonObject json, string key) => json[key] is JsonValue value && value.TryGetValue(out int number) ? number : 0;
}
