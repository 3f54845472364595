using System.Text.Json.Nodes;
using Workbench.Weights;

namespace Workbench.Models.Clip;

/// <summary>A byte-pair vocabulary in CLIP's layout: 256 byte symbols, the same at a word's end, merges in order, start, end.</summary>
public sealed class ClipVocabulary
{
    private readonly List<string> tokens;

    internal ClipVocabulary(IReadOnlyList<(string Left, string Right)> merges)
    {
        Merges = merges;
        string[] bytes = [.. ByteSymbols.InVocabularyOrder.Select(symbol => symbol.ToString())];
        tokens = [.. bytes, .. bytes.Select(symbol => symbol + ClipSpecialTokens.EndOfWord)];
        var known = tokens.ToHashSet(StringComparer.Ordinal);
        tokens.AddRange(merges.Select(merge => merge.Left + merge.Right).Where(known.Add));
        tokens.AddRange([ClipSpecialTokens.StartOfText, ClipSpecialTokens.EndOfText]);
    }

    /// <summary>Every token; its place is its id. The last two are the start and the end token.</summary>
    public IReadOnlyList<string> Tokens => tokens;

    /// <summary>The pairs that are joined, most important first.</summary>
    public IReadOnlyList<(string Left, string Right)> Merges { get; }

    /// <summary>The file that <see cref="Save"/> writes last: where it is, the others are.</summary>
    internal const string LastFile = "tokenizer_config.json";

    /// <summary>Writes vocab.json, merges.txt, tokenizer_config.json and special_tokens_map.json, which transformers reads too.</summary>
    /// <param name="folder">Created when missing.</param>
    /// <param name="maxLength">Longest prompt in tokens, both ends included.</param>
    public void Save(string folder, int maxLength = 32)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, 3);
        Directory.CreateDirectory(folder);
        ModelConfigFile.WriteObject(Path.Combine(folder, "vocab.json"), new(tokens.Select((token, id) => KeyValuePair.Create(token, (JsonNode?)id))));
        AtomicFile.WriteText(Path.Combine(folder, "merges.txt"), string.Concat(Merges.Select(m => $"{m.Left} {m.Right}\n").Prepend("#version: 0.2\n")));
        new ClipTokenizerConfig { ModelMaxLength = maxLength }.Save(folder);
    }
}
