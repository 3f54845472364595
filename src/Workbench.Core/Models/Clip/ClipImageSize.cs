using System.Text.Json;
using System.Text.Json.Serialization;

namespace Workbench.Models.Clip;

/// <summary>A target size in preprocessor_config.json: a number, <c>shortest_edge</c>, or <c>height</c> and <c>width</c>.</summary>
/// <param name="Height">Rows, or the shorter edge.</param>
/// <param name="Width">Columns, or the shorter edge.</param>
/// <param name="IsShortestEdge">True: the shorter edge gets this length and the longer follows in proportion.</param>
[JsonConverter(typeof(ClipImageSizeConverter))]
public readonly record struct ClipImageSize(int Height, int Width, bool IsShortestEdge)
{
    /// <summary>The shorter edge becomes <paramref name="pixels"/> long.</summary>
    public static ClipImageSize ShortestEdge(int pixels) => new(pixels, pixels, true);

    /// <summary>Exactly <paramref name="pixels"/> by <paramref name="pixels"/>.</summary>
    public static ClipImageSize Square(int pixels) => new(pixels, pixels, false);

    /// <summary>Rows and columns that a picture of the given size is resized to; a longer edge is truncated to whole pixels.</summary>
    public (int Height, int Width) Of(int height, int width)
    {
        if (!IsShortestEdge) return (Height, Width);
        return height <= width ? (Height, (int)((long)Height * width / height)) : ((int)((long)Height * height / width), Height);
    }
}

internal sealed class ClipImageSizeConverter : JsonConverter<ClipImageSize>
{
    public override ClipImageSize Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var root = document.RootElement;
        // A bare number means the shorter edge under "size" and a square under "crop_size", where both crop alike.
        if (root.ValueKind == JsonValueKind.Number) return ClipImageSize.ShortestEdge(root.GetInt32());
        if (root.ValueKind == JsonValueKind.Object)
        {
            if (Edge(root, "shortest_edge") is { } edge) return ClipImageSize.ShortestEdge(edge);
            if (Edge(root, "height") is { } height && Edge(root, "width") is { } width) return new ClipImageSize(height, width, false);
        }
        throw new JsonException($"'{root.GetRawText()}' is no picture size; expected a number, shortest_edge, or height and width.");
    }

    public override void Write(Utf8JsonWriter writer, ClipImageSize value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        if (value.IsShortestEdge) writer.WriteNumber("shortest_edge", value.Height);
        else
        {
            writer.WriteNumber("height", value.Height);
            writer.WriteNumber("width", value.Width);
        }
        writer.WriteEndObject();
    }

    private static int? Edge(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.TryGetInt32(out var pixels) && pixels > 0 ? pixels : null;
}
