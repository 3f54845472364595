using System.Text.Json.Nodes;

namespace Workbench.Kernel.Jupyter;

/// <summary>Reads fields of a request's content, tolerant of what is missing or of another type.</summary>
internal static class ContentReader
{
    public static string Text(this JsonObject content, string key, string missing = "") =>
        content[key] is JsonValue value && value.TryGetValue(out string? text) ? text : missing;

    public static bool Flag(this JsonObject content, string key, bool missing = false) =>
        content[key] is JsonValue value && value.TryGetValue(out bool flag) ? flag : missing;

    public static int? Number(this JsonObject content, string key) =>
        content[key] is JsonValue value && value.TryGetValue(out double number) && number is > int.MinValue and < int.MaxValue ? (int)number : null;
}
