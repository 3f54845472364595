using System.Text.Json.Nodes;

namespace Workbench.Kernel.Documents;

/// <summary>The three kinds of cell that nbformat knows.</summary>
public enum CellKind
{
    /// <summary>Code that is executed.</summary>
    Code,

    /// <summary>Markdown prose.</summary>
    Markdown,

    /// <summary>Text that is neither executed nor rendered.</summary>
    Raw,
}

/// <summary>One cell of a notebook.</summary>
public sealed class NotebookCell(CellKind kind, string source)
{
    /// <summary>Code, Markdown or raw.</summary>
    public CellKind Kind { get; } = kind;

    /// <summary>The cell's text, lines separated by \n.</summary>
    public string Source { get; set; } = source;

    /// <summary>nbformat 4.5 cell id; the document gives one on writing when it is empty, invalid or taken.</summary>
    public string Id { get; set; } = "";

    /// <summary>All metadata, known and unknown.</summary>
    public JsonObject Metadata { get; init; } = [];

    /// <summary>The number in <c>In[n]</c>; null before execution.</summary>
    public int? ExecutionCount { get; set; }

    /// <summary>A code cell's outputs, in order.</summary>
    public IList<CellOutput> Outputs { get; } = [];

    /// <summary>Markdown attachments by file name, then by MIME type; null when there are none.</summary>
    public JsonObject? Attachments { get; init; }

    /// <summary>Keys of the cell that nbformat does not define, kept on writing.</summary>
    public JsonObject Extra { get; init; } = [];

    /// <summary>The cell's tags (<c>metadata.tags</c>).</summary>
    public IReadOnlyList<string> Tags =>
        Metadata["tags"] is JsonArray tags
            ? [.. tags.OfType<JsonValue>().Select(t => t.TryGetValue(out string? tag) ? tag : "").Where(t => t.Length > 0)]
            : [];

    /// <summary>The error that ended the cell, if one did.</summary>
    public ErrorOutput? Error => Outputs.OfType<ErrorOutput>().LastOrDefault();
}
