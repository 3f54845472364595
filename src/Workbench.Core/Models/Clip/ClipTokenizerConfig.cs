using System.Text.Json;
using System.Text.Json.Nodes;
using Workbench.Weights;

namespace Workbench.Models.Clip;

/// <summary>What tokenizer_config.json and special_tokens_map.json say that matters for CLIP.</summary>
public sealed record ClipTokenizerConfig
{
    /// <summary>Longest prompt in tokens, both ends included.</summary>
    public int ModelMaxLength { get; init; } = 77;

    /// <summary>Opens every prompt.</summary>
    public string BosToken { get; init; } = ClipSpecialTokens.StartOfText;

    /// <summary>Closes every prompt.</summary>
    public string EosToken { get; init; } = ClipSpecialTokens.EndOfText;

    /// <summary>Fills a batch's short prompts: the end token in Stable Diffusion 1.x, "!" (id 0) in 2.x.</summary>
    public string PadToken { get; init; } = ClipSpecialTokens.EndOfText;

    /// <summary>Reads a tokenizer folder; a file that is missing leaves the defaults, special_tokens_map.json has the last word.</summary>
    /// <exception cref="InvalidDataException">A file is no JSON object; names the file.</exception>
    public static ClipTokenizerConfig FromFolder(string folder)
    {
        var config = new ClipTokenizerConfig();
        foreach (var name in (string[])["tokenizer_config.json", "special_tokens_map.json"])
        {
            var path = Path.Combine(folder, name);
            if (!File.Exists(path)) continue;
            try
            {
                using var document = JsonDocument.Parse(File.ReadAllBytes(path));
                config = config.With(document.RootElement);
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException)
            {
                throw new InvalidDataException($"'{path}' is not a tokenizer configuration: {error.Message}", error);
            }
        }
        return config;
    }

    /// <summary>Writes tokenizer_config.json and special_tokens_map.json as transformers does.</summary>
    internal void Save(string folder)
    {
        JsonObject Tokens() => new() { ["bos_token"] = BosToken, ["eos_token"] = EosToken, ["pad_token"] = PadToken, ["unk_token"] = EosToken };
        ModelConfigFile.WriteObject(Path.Combine(folder, "special_tokens_map.json"), Tokens());
        var config = Tokens();
        config["add_prefix_space"] = false;
        config["do_lower_case"] = true;
        config["errors"] = "replace";
        config["model_max_length"] = ModelMaxLength;
        config["tokenizer_class"] = "CLIPTokenizer";
        ModelConfigFile.WriteObject(Path.Combine(folder, "tokenizer_config.json"), config);
    }

    private ClipTokenizerConfig With(JsonElement root) => this with
    {
        BosToken = Token(root, "bos_token") ?? BosToken,
        EosToken = Token(root, "eos_token") ?? EosToken,
        PadToken = Token(root, "pad_token") ?? PadToken,
        ModelMaxLength = MaxLength(root) ?? ModelMaxLength,
    };

    /// <summary>A token is a string, or an object with its text under "content".</summary>
    private static string? Token(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out var value)) return null;
        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Object => value.TryGetProperty("content", out var content) ? content.GetString() : throw new InvalidOperationException($"'{name}' has no 'content'."),
            _ => null,
        };
    }

    /// <summary>Tokenizers saved without a limit carry 1e30 here: then the default holds.</summary>
    private static int? MaxLength(JsonElement root) =>
        root.TryGetProperty("model_max_length", out var value) && value.ValueKind == JsonValueKind.Number && value.GetDouble() < int.MaxValue
            ? (int)value.GetDouble()
            : null;
}
