using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Workbench.Kernel.Documents;

/// <summary>Writes nbformat 4.5: ids on every cell, multiline text as lists of lines, one space of indent as Jupyter does.</summary>
internal static partial class NotebookWriter
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        IndentSize = 1,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 256,
    };

    [GeneratedRegex("^[a-zA-Z0-9_-]{1,64}$")]
    private static partial Regex ValidId();

    public static string ToJson(NotebookDocument document)
    {
        GiveIds(document);
        var root = new JsonObject
        {
            ["cells"] = new JsonArray([.. document.Cells.Select(Cell)]),
            ["metadata"] = document.Metadata.DeepClone(),
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5,
        };
        Add(root, document.Extra);
        return root.ToJsonString(Options) + "\n";
    }

    /// <summary>Ids are drawn from place and text, so that running the same notebook twice gives the same file.</summary>
    private static void GiveIds(NotebookDocument document)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < document.Cells.Count; i++)
        {
            var cell = document.Cells[i];
            for (var attempt = 0; !ValidId().IsMatch(cell.Id) || !taken.Add(cell.Id); attempt++)
                cell.Id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{i} {attempt} {cell.Source}")))[..12];
        }
    }

    private static JsonNode Cell(NotebookCell cell)
    {
        var json = new JsonObject
        {
            ["cell_type"] = cell.Kind switch { CellKind.Code => "code", CellKind.Markdown => "markdown", _ => "raw" },
            ["id"] = cell.Id,
            ["metadata"] = cell.Metadata.DeepClone(),
            ["source"] = Lines(cell.Source),
        };
        if (cell.Attachments is not null) json["attachments"] = cell.Attachments.DeepClone();
        if (cell.Kind == CellKind.Code)
        {
            json["execution_count"] = cell.ExecutionCount;
            json["outputs"] = new JsonArray([.. cell.Outputs.ToArray().Select(Output)]);
        }

        Add(json, cell.Extra);
        return json;
    }

    private static JsonNode Output(CellOutput output) => output switch
    {
        StreamOutput stream => new JsonObject { ["output_type"] = "stream", ["name"] = stream.Name, ["text"] = Lines(stream.Text) },
        ErrorOutput error => new JsonObject
        {
            ["output_type"] = "error",
            ["ename"] = Valid(error.Name),
            ["evalue"] = Valid(error.Message),
            ["traceback"] = new JsonArray([.. error.Traceback.Select(line => (JsonNode)Valid(line)!)]),
        },
        DisplayOutput display => Display(display),
        UnknownOutput unknown => unknown.Content.DeepClone(),
        _ => throw new InvalidOperationException($"No nbformat output for {output.GetType().Name}."),
    };

    private static JsonObject Display(DisplayOutput display)
    {
        var json = new JsonObject
        {
            ["output_type"] = display.IsResult ? "execute_result" : "display_data",
            ["metadata"] = display.Metadata.DeepClone(),
            ["data"] = Bundle(display.Data),
        };
        if (display.IsResult) json["execution_count"] = display.ExecutionCount;
        return json;
    }

    /// <summary>The <c>data</c> object of a bundle: JSON types as JSON, text as lists of lines, base64 as one string.</summary>
    internal static JsonObject Bundle(MimeBundle data)
    {
        var json = new JsonObject();
        foreach (var (type, content) in data)
            json[type] = MimeBundle.IsJson(type) ? Json(content)
                : type.StartsWith("text/", StringComparison.Ordinal) || type == "image/svg+xml" ? Lines(content)
                : content;
        return json;
    }

    /// <summary>A cell may call text JSON that is none: it is kept as text, and the notebook is not lost.</summary>
    internal static JsonNode? Json(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }

    private static JsonArray Lines(string text)
    {
        var lines = new JsonArray();
        var valid = Valid(text);
        for (var start = 0; start < valid.Length;)
        {
            var end = valid.IndexOf('\n', start);
            end = end < 0 ? valid.Length : end + 1;
            lines.Add((JsonNode)valid[start..end]!);
            start = end;
        }

        return lines;
    }

    /// <summary>JSON cannot hold half a surrogate pair, which a program may well have printed.</summary>
    internal static string Valid(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1])) i++;
            else return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        }

        return text;
    }

    private static void Add(JsonObject json, JsonObject extra)
    {
        foreach (var (key, value) in extra) json[key] = value?.DeepClone();
    }
}
