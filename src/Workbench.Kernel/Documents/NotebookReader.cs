using System.Text.Json;
using System.Text.Json.Nodes;

namespace Workbench.Kernel.Documents;

/// <summary>Reads nbformat 4.x JSON, tolerant of what it does not know and clear about what it cannot read.</summary>
internal static class NotebookReader
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 256 };

    public static NotebookDocument Parse(string json, string name)
    {
        if (string.IsNullOrWhiteSpace(json)) throw new NotebookFormatException(name, "the file is empty.");
        JsonNode? root;
        try
        {
            root = JsonNode.Parse(json, documentOptions: Options);
            if (root is JsonObject checkedObject) _ = checkedObject.Count; // surfaces duplicate keys here, as a format error
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new NotebookFormatException(name, $"it is not valid JSON ({e.Message})", e);
        }

        if (root is not JsonObject notebook) throw new NotebookFormatException(name, "the JSON is not an object.");
        try
        {
            return Notebook(notebook, name);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or ArgumentException)
        {
            throw new NotebookFormatException(name, e.Message, e);
        }
    }

    private static NotebookDocument Notebook(JsonObject root, string name)
    {
        if (root["nbformat"] is not JsonValue format || !format.TryGetValue(out int major))
            throw new NotebookFormatException(name, "it has no 'nbformat' number.");
        if (major != 4)
            throw new NotebookFormatException(name, $"its nbformat is {major}, and only 4 is read (convert it with Jupyter first).");
        if (root["cells"] is not JsonArray cells) throw new NotebookFormatException(name, "it has no 'cells' list.");

        var document = new NotebookDocument { Metadata = Object(root["metadata"]), Extra = Rest(root, "nbformat", "nbformat_minor", "cells", "metadata") };
        for (var i = 0; i < cells.Count; i++)
        {
            if (cells[i] is not JsonObject cell) throw new NotebookFormatException(name, $"cell {i + 1} is not an object.");
            document.Cells.Add(Cell(cell, i, name));
        }

        return document;
    }

    private static NotebookCell Cell(JsonObject json, int index, string name)
    {
        var kind = Text(json["cell_type"]) switch
        {
            "code" => CellKind.Code,
            "markdown" => CellKind.Markdown,
            "raw" => CellKind.Raw,
            var other => throw new NotebookFormatException(name, $"cell {index + 1} has the unknown cell_type '{other}'."),
        };
        var cell = new NotebookCell(kind, Text(json["source"]).ReplaceLineEndings("\n"))
        {
            Id = json["id"] is JsonValue id && id.TryGetValue(out string? text) ? text : "",
            Metadata = Object(json["metadata"]),
            ExecutionCount = Number(json["execution_count"]),
            Attachments = json["attachments"]?.DeepClone() as JsonObject,
            Extra = Rest(json, "cell_type", "source", "id", "metadata", "execution_count", "outputs", "attachments"),
        };
        if (json["outputs"] is JsonArray outputs && kind == CellKind.Code)
            foreach (var output in outputs.OfType<JsonObject>()) cell.Outputs.Add(Output(output));
        return cell;
    }

    private static CellOutput Output(JsonObject json) => Text(json["output_type"]) switch
    {
        "stream" => new StreamOutput(Text(json["name"]) == "stderr" ? "stderr" : "stdout", Text(json["text"])),
        "display_data" or "update_display_data" => new DisplayOutput(Bundle(json["data"]), Object(json["metadata"])),
        "execute_result" => new DisplayOutput(Bundle(json["data"]), Object(json["metadata"])) { IsResult = true, ExecutionCount = Number(json["execution_count"]) },
        "error" => new ErrorOutput(Text(json["ename"]), Text(json["evalue"]), json["traceback"] is JsonArray lines ? [.. lines.Select(Text)] : []),
        _ => new UnknownOutput((JsonObject)json.DeepClone()),
    };

    private static MimeBundle Bundle(JsonNode? data) =>
        data is JsonObject bundle
            ? new(bundle.Select(e => KeyValuePair.Create(e.Key, MimeBundle.IsJson(e.Key) ? e.Value?.ToJsonString() ?? "null" : Text(e.Value))))
            : new();

    private static JsonObject Object(JsonNode? node) => node?.DeepClone() as JsonObject ?? [];

    private static int? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue(out int number) ? number : null;

    /// <summary>nbformat's multiline text: a string, or a list of strings.</summary>
    private static string Text(JsonNode? node) => node switch
    {
        null => "",
        JsonArray lines => string.Concat(lines.Select(Text)),
        JsonValue value when value.TryGetValue(out string? text) => text,
        _ => node.ToJsonString(),
    };

    private static JsonObject Rest(JsonObject json, params ReadOnlySpan<string> known)
    {
        var rest = new JsonObject();
        foreach (var (key, value) in json)
            if (!known.Contains(key)) rest[key] = value?.DeepClone();
        return rest;
    }
}
