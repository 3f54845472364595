using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Workbench.Weights;

/// <summary>Reads and writes the JSON configs of Hugging Face folders as records with snake_case keys.</summary>
/// <remarks>
/// Absent keys take the record's defaults, and so does a null where the record cannot hold one; unknown keys are tolerated.
/// Python's bare NaN and Infinity are understood and written.
/// </remarks>
public static partial class ModelConfigFile
{
    /// <summary>How configs are mapped: snake_case keys, snake_case enum names, named floating-point literals.</summary>
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    /// <summary>Reads <paramref name="path"/> as <typeparamref name="TConfig"/>.</summary>
    /// <param name="path">A <c>config.json</c> or <c>scheduler_config.json</c>.</param>
    /// <param name="classNames">When given, the <c>_class_name</c> or architecture that the file must state, if it states one.</param>
    /// <exception cref="WeightsException">The file is missing, is not JSON, holds a wrong value, or is of another class.</exception>
    public static TConfig Read<TConfig>(string path, params string[] classNames)
        where TConfig : class
    {
        var json = ReadObject(path);
        if (classNames.Length > 0 && ClassNameOf(json) is { } found && !classNames.Contains(found, StringComparer.Ordinal))
            throw new WeightsException(path, null, $"class '{found}' is not supported here (expected {string.Join(" or ", classNames)})");
        ConfigNulls.Remove(json, typeof(TConfig), Options);
        try
        {
            return json.Deserialize<TConfig>(Options) ?? throw new WeightsException(path, null, "the config is null");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            var where = e is JsonException { Path: { } place } && !e.Message.Contains(place, StringComparison.Ordinal) ? $" at {place}" : "";
            throw new WeightsException(path, null, $"cannot be read as {typeof(TConfig).Name}: {e.Message}{where}", e);
        }
    }

    /// <summary>Reads <paramref name="path"/> as a JSON object.</summary>
    /// <exception cref="WeightsException">The file is missing or is not a JSON object.</exception>
    public static JsonObject ReadObject(string path)
    {
        if (!File.Exists(path)) throw new WeightsException(path, null, "there is no such config file");
        try
        {
            var text = BareLiteral().Replace(File.ReadAllText(path), match => match.Groups["bare"].Success ? $"\"{match.Value}\"" : match.Value);
            return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject ?? throw new WeightsException(path, null, "expected a JSON object");
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new WeightsException(path, null, $"is not valid JSON ({e.Message})", e);
        }
    }

    /// <summary>The class that <paramref name="path"/> states: diffusers' <c>_class_name</c> or transformers' first architecture; null when none.</summary>
    public static string? ClassName(string path) => ClassNameOf(ReadObject(path));

    /// <summary>Writes <paramref name="config"/>, all keys included, with <paramref name="header"/>'s keys first.</summary>
    /// <param name="path">Target; replaced only by a complete file.</param>
    /// <param name="config">A config record.</param>
    /// <param name="header">Class and version keys; diffusers and transformers need them.</param>
    public static void Write<TConfig>(string path, TConfig config, ConfigHeader? header = null)
        where TConfig : class
    {
        var json = new JsonObject();
        foreach (var (key, value) in header?.Entries ?? []) json[key] = value;
        var body = JsonSerializer.SerializeToNode(config, config.GetType(), Options)!.AsObject();
        foreach (var (key, value) in body.Where(pair => !json.ContainsKey(pair.Key))) json[key] = value?.DeepClone();
        WriteObject(path, json);
    }

    /// <summary>Writes a JSON object as Python would, bare NaN and Infinity included.</summary>
    public static void WriteObject(string path, JsonObject json) =>
        AtomicFile.WriteText(path, QuotedLiteral().Replace(json.ToJsonString(Options), "$1$2") + "\n");

    private static string? ClassNameOf(JsonObject json)
    {
        if (json["_class_name"] is JsonValue name && name.TryGetValue<string>(out var text)) return text;
        return json["architectures"] is JsonArray { Count: > 0 } list && list[0] is JsonValue first && first.TryGetValue(out text) ? text : null;
    }

    /// <summary>A string (skipped), or a bare literal outside strings.</summary>
    [GeneratedRegex("""
        "(?:[^"\\]|\\.)*"|(?<bare>-?Infinity|NaN)
        """, RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex BareLiteral();

    [GeneratedRegex("""(^|[:\[,\s])"(-?Infinity|NaN)"(?=\s*[,\]}])""", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex QuotedLiteral();
}
