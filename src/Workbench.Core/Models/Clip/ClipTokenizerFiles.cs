using System.Text.Json;

namespace Workbench.Models.Clip;

/// <summary>What the files of a Hugging Face tokenizer folder hold: its vocabulary, the pairs that are joined, and tokens added to them, as by textual inversion.</summary>
/// <param name="Vocabulary">Tokens and their ids, the added ones perhaps among them.</param>
/// <param name="Merges">"left right", most important first.</param>
/// <param name="Added">Tokens that no merge makes.</param>
/// <param name="Source">The file of the vocabulary.</param>
internal sealed record ClipTokenizerFiles(IReadOnlyDictionary<string, int> Vocabulary, IEnumerable<string> Merges, IReadOnlyDictionary<string, int> Added, string Source)
{
    /// <summary>Where added tokens stand beside vocab.json.</summary>
    internal const string AddedName = "added_tokens.json";

    /// <summary>Reads a folder.</summary>
    /// <exception cref="FileNotFoundException">There is no vocabulary.</exception>
    /// <exception cref="InvalidDataException">A file is not what its name says; names it.</exception>
    internal static ClipTokenizerFiles Read(string folder)
    {
        string In(string name) => Path.Combine(folder, name);
        string vocabulary = In("vocab.json"), merges = In("merges.txt"), whole = In("tokenizer.json");
        var added = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (name, tokens) in new (string, Func<JsonElement, IEnumerable<(string Token, int Id)>>)[]
        {
            (AddedName, root => root.EnumerateObject().Select(token => (token.Name, token.Value.GetInt32()))),
            ("tokenizer_config.json", root => root.TryGetProperty("added_tokens_decoder", out var byId) && byId.ValueKind is JsonValueKind.Object ? byId.EnumerateObject().Select(t => (Content(t.Value), int.Parse(t.Name, null))) : []),
            ("tokenizer.json", root => root.TryGetProperty("added_tokens", out var list) && list.ValueKind is JsonValueKind.Array ? list.EnumerateArray().Select(t => (Content(t), t.GetProperty("id").GetInt32())) : []),
        })
            if (File.Exists(In(name))) foreach (var (token, id) in Parse(In(name), root => tokens(root).ToList())) added[token] = id;
        if (File.Exists(vocabulary) && File.Exists(merges))
            return new(Parse(vocabulary, Ids), File.ReadLines(merges).Skip(1).Where(line => line.Length > 0), added, vocabulary); // the first line is a version note
        if (!File.Exists(whole))
        {
            var missing = File.Exists(vocabulary) ? merges : vocabulary;
            throw new FileNotFoundException($"A CLIP tokenizer folder needs vocab.json and merges.txt, or tokenizer.json; '{missing}' is missing.", missing);
        }
        return Parse(whole, root => new ClipTokenizerFiles(Ids(root.GetProperty("model").GetProperty("vocab")), [.. root.GetProperty("model").GetProperty("merges").EnumerateArray().Select(Merge)], added, whole));
    }

    private static Dictionary<string, int> Ids(JsonElement map) => map.EnumerateObject().ToDictionary(token => token.Name, token => token.Value.GetInt32(), StringComparer.Ordinal);

    /// <summary>"left right", or a list of the two.</summary>
    private static string Merge(JsonElement pair) => pair.ValueKind is JsonValueKind.Array ? string.Join(' ', pair.EnumerateArray().Select(side => side.GetString())) : pair.GetString()!;

    private static string Content(JsonElement token) => token.GetProperty("content").GetString()!;

    private static T Parse<T>(string path, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"'{path}' does not hold tokens and their ids: {e.Message}", e);
        }
    }
}
