using System.Text.Json;
using Workbench.Weights;

namespace Workbench.Models.Clip;

/// <summary>Builds a small byte-pair vocabulary in CLIP's file format from a list of words (Sennrich et al. 2016, algorithm 1).</summary>
public static class ClipVocabularyBuilder
{
    /// <summary>Writes vocab.json, merges.txt, tokenizer_config.json and special_tokens_map.json.</summary>
    /// <param name="folder">Created when missing.</param>
    /// <param name="words">Words and how often they occur; with enough merges each becomes one token.</param>
    /// <param name="maxLength">Tokens of an encoded prompt, both ends included.</param>
    /// <param name="maxMerges">Merges at most; null: until every word is one token.</param>
    public static void Write(string folder, IReadOnlyDictionary<string, int> words, int maxLength, int? maxMerges = null)
    {
        var merges = Merges(words, maxMerges ?? int.MaxValue);
        string[] symbols = [.. ByteSymbols.InVocabularyOrder.Select(c => c.ToString())];
        string[] tokens =
        [
            .. symbols, .. symbols.Select(s => s + ClipSpecialTokens.EndOfWord), .. merges.Select(m => m.Left + m.Right),
            ClipSpecialTokens.StartOfText, ClipSpecialTokens.EndOfText,
        ];
        Directory.CreateDirectory(folder);
        WriteJson("vocab.json", tokens.Select((t, i) => (t, i)).ToDictionary(p => p.t, p => p.i));
        AtomicFile.WriteText(Path.Combine(folder, "merges.txt"), "#version: 0.2\n" + string.Concat(merges.Select(m => $"{m.Left} {m.Right}\n")));
        WriteJson("tokenizer_config.json", new Dictionary<string, object>
        {
            ["tokenizer_class"] = "CLIPTokenizer",
            ["model_max_length"] = maxLength,
            ["bos_token"] = ClipSpecialTokens.StartOfText,
            ["eos_token"] = ClipSpecialTokens.EndOfText,
            ["pad_token"] = ClipSpecialTokens.EndOfText,
            ["unk_token"] = ClipSpecialTokens.EndOfText,
        });
        WriteJson("special_tokens_map.json", new Dictionary<string, string>
        {
            ["bos_token"] = ClipSpecialTokens.StartOfText,
            ["eos_token"] = ClipSpecialTokens.EndOfText,
            ["pad_token"] = ClipSpecialTokens.EndOfText,
            ["unk_token"] = ClipSpecialTokens.EndOfText,
        });

        void WriteJson<T>(string file, T value) => AtomicFile.WriteText(Path.Combine(folder, file), JsonSerializer.Serialize(value));
    }

    private static List<(string Left, string Right)> Merges(IReadOnlyDictionary<string, int> words, int maxMerges)
    {
        var pieces = words.OrderBy(w => w.Key, StringComparer.Ordinal).Select(w => (Symbols: Split(w.Key), Count: w.Value)).ToList();
        var merges = new List<(string, string)>();
        while (merges.Count < maxMerges)
        {
            var counts = new Dictionary<(string Left, string Right), long>();
            foreach (var (symbols, count) in pieces)
                for (var i = 0; i + 1 < symbols.Count; i++)
                    counts[(symbols[i], symbols[i + 1])] = counts.GetValueOrDefault((symbols[i], symbols[i + 1])) + count;
            if (counts.Count == 0) break;
            // Ties are broken by spelling, so that the same words always give the same vocabulary.
            var best = counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key.Left, StringComparer.Ordinal).ThenBy(c => c.Key.Right, StringComparer.Ordinal).First().Key;
            merges.Add(best);
            foreach (var (symbols, _) in pieces) Apply(symbols, best);
        }
        return merges;
    }

    private static List<string> Split(string word)
    {
        var symbols = ByteSymbols.Encode(word).Select(c => c.ToString()).ToList();
        symbols[^1] += ClipSpecialTokens.EndOfWord;
        return symbols;
    }

    private static void Apply(List<string> symbols, (string Left, string Right) pair)
    {
        for (var i = 0; i + 1 < symbols.Count; i++)
        {
            if (symbols[i] != pair.Left || symbols[i + 1] != pair.Right) continue;
            symbols[i] = pair.Left + pair.Right;
            symbols.RemoveAt(i + 1);
        }
    }
}
