using System.Text;
using System.Text.Json.Nodes;

namespace Workbench.Kernel.Documents;

/// <summary>One output of a code cell (nbformat 4: stream, display_data, execute_result, error).</summary>
public abstract class CellOutput;

/// <summary>Console text; consecutive writes to one stream are one output.</summary>
public sealed class StreamOutput(string name, string text = "") : CellOutput
{
    private readonly StringBuilder text = new(text);

    /// <summary>"stdout" or "stderr".</summary>
    public string Name { get; } = name;

    /// <summary>All text written so far.</summary>
    public string Text => text.ToString();

    /// <summary>Number of characters written so far.</summary>
    public int Length => text.Length;

    /// <summary>Adds text at the end.</summary>
    public void Append(string more) => text.Append(more);
}

/// <summary>A displayed value, or a cell's result when <see cref="ExecutionCount"/> is set.</summary>
public sealed class DisplayOutput(MimeBundle data, JsonObject? metadata = null) : CellOutput
{
    /// <summary>The representations; replaced by an update of the same display id.</summary>
    public MimeBundle Data { get; set; } = data;

    /// <summary>nbformat's output metadata, such as image widths.</summary>
    public JsonObject Metadata { get; } = metadata ?? [];

    /// <summary>Names the display for later updates while the notebook runs; not stored in the file.</summary>
    public string? DisplayId { get; init; }

    /// <summary>True for the value of the cell's last expression (execute_result).</summary>
    public bool IsResult { get; init; }

    /// <summary>The number in <c>Out[n]</c>, for results.</summary>
    public int? ExecutionCount { get; init; }
}

/// <summary>An error that ended the cell.</summary>
public sealed class ErrorOutput(string name, string message, IReadOnlyList<string> traceback) : CellOutput
{
    /// <summary>The exception's type, or "CompilationError" (ename).</summary>
    public string Name { get; } = name;

    /// <summary>The message (evalue).</summary>
    public string Message { get; } = message;

    /// <summary>Lines to show, trimmed to the user's cells.</summary>
    public IReadOnlyList<string> Traceback { get; } = traceback;
}

/// <summary>An output of a type that nbformat 4.5 does not define; kept as it was read.</summary>
public sealed class UnknownOutput(JsonObject content) : CellOutput
{
    /// <summary>The output's JSON.</summary>
    public JsonObject Content { get; } = content;
}
