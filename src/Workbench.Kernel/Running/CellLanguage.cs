using System.Text.Json.Nodes;
using Workbench.Kernel.Documents;
using Workbench.Kernel.Scripting;

namespace Workbench.Kernel.Running;

/// <summary>The language that polyglot metadata gives a cell.</summary>
internal static class CellLanguage
{
    /// <summary>The cell's text, with the magic that its metadata stands for.</summary>
    public static string Code(NotebookCell cell) => Name(cell) switch
    {
        "markdown" or "html" when !cell.Source.StartsWith("#!", StringComparison.Ordinal) => $"#!{Name(cell)}\n{cell.Source}",
        _ => cell.Source,
    };

    /// <summary>Why the cell is not run here; null when it is C#.</summary>
    public static string? Refusal(NotebookCell cell) =>
        Name(cell) is "" or "csharp" or "c#" or "markdown" or "html" || cell.Source.StartsWith("#!", StringComparison.Ordinal)
            ? null
            : CellSource.Refusal(Name(cell));

    private static string Name(NotebookCell cell) =>
        (Text(cell.Metadata["polyglot_notebook"], "kernelName") ?? Text(cell.Metadata["dotnet_interactive"], "language") ?? "").ToLowerInvariant();

    private static string? Text(JsonNode? node, string key) =>
        node is JsonObject json && json[key] is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
