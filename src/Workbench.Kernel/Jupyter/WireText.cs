using System.Text;
using System.Text.Json.Nodes;
using Workbench.Kernel.Documents;

namespace Workbench.Kernel.Jupyter;

/// <summary>Text and places as the wire wants them: valid Unicode, and positions counted in code points.</summary>
internal static class WireText
{
    /// <summary>The text, with half surrogate pairs replaced: JSON cannot hold them.</summary>
    public static string Of(string text) => NotebookWriter.Valid(text);

    /// <summary>The <c>data</c> of a MIME bundle: JSON types as JSON, all else as one string.</summary>
    public static JsonObject Bundle(MimeBundle data)
    {
        var json = new JsonObject();
        foreach (var (type, content) in data)
            json[type] = MimeBundle.IsJson(type) ? NotebookWriter.Json(content) : JsonValue.Create(Of(content));
        return json;
    }

    /// <summary>Code points to UTF-16 units, within the text.</summary>
    public static int ToIndex(string text, int codePoints)
    {
        var index = 0;
        for (var i = 0; i < codePoints && index < text.Length; i++)
            index += index + 1 < text.Length && char.IsSurrogatePair(text[index], text[index + 1]) ? 2 : 1;
        return index;
    }

    /// <summary>UTF-16 units to code points.</summary>
    public static int ToCodePoints(string text, int index)
    {
        var count = 0;
        foreach (var _ in text.AsSpan(0, Math.Clamp(index, 0, text.Length)).EnumerateRunes()) count++;
        return count;
    }
}
