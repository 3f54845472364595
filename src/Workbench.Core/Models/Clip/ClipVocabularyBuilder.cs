namespace Workbench.Models.Clip;

/// <summary>
/// Learns a byte-pair vocabulary (Sennrich et al. 2016, algorithm 1) from words and how often they occur: join the most frequent pair of
/// neighbouring symbols, again and again.
/// </summary>
/// <remarks>Deterministic: pairs of equal count are taken in ordinal order. Without a limit, every word ends as one token.</remarks>
public sealed class ClipVocabularyBuilder
{
    private readonly SortedDictionary<string, long> counts = new(StringComparer.Ordinal);

    /// <summary>Counts every word of running text, cut as the tokenizer cuts it (lower case, single digits, punctuation apart).</summary>
    public ClipVocabularyBuilder AddText(string text)
    {
        var clean = ClipTextCleaner.Clean(text);
        foreach (var (offset, length) in new ClipPreTokenizer().PreTokenize(clean)) Count(clean.Substring(offset, length), 1);
        return this;
    }

    /// <summary>Adds one word, for example a rare identifier such as "sks", as often as <paramref name="count"/> says.</summary>
    /// <exception cref="ArgumentException">The tokenizer would cut the text in two, so that it can never be one token.</exception>
    public ClipVocabularyBuilder AddWord(string word, long count = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        var clean = ClipTextCleaner.Clean(word).Trim(' ');
        if (new ClipPreTokenizer().PreTokenize(clean).ToList() is not [(0, var length)] || length != clean.Length)
            throw new ArgumentException($"\"{word}\" is not one word: expected a run of letters, one digit, or a run of punctuation.", nameof(word));
        Count(clean, count);
        return this;
    }

    /// <summary>Adds many words once each.</summary>
    public ClipVocabularyBuilder AddWords(IEnumerable<string> words)
    {
        foreach (var word in words) AddWord(word);
        return this;
    }

    /// <summary>Learns the merges.</summary>
    /// <param name="maxMerges">Stops after so many; null goes on until every word is one token.</param>
    public ClipVocabulary Build(int? maxMerges = null)
    {
        var words = counts.Select(pair => new Word(Symbols(pair.Key), pair.Value)).ToList();
        var merges = new List<(string Left, string Right)>();
        while (merges.Count < (maxMerges ?? int.MaxValue) && MostFrequent(words) is { } pair)
        {
            merges.Add(pair);
            foreach (var word in words) word.Join(pair);
        }
        return new ClipVocabulary(merges);
    }

    private void Count(string word, long count) => counts[word] = counts.GetValueOrDefault(word) + count;

    private static List<string> Symbols(string word)
    {
        var symbols = ByteSymbols.Encode(word).Select(symbol => symbol.ToString()).ToList();
        symbols[^1] += ClipSpecialTokens.EndOfWord;
        return symbols;
    }

    private static (string Left, string Right)? MostFrequent(IEnumerable<Word> words)
    {
        var frequencies = new Dictionary<(string Left, string Right), long>();
        foreach (var word in words)
        {
            for (var i = 1; i < word.Symbols.Count; i++)
            {
                var pair = (word.Symbols[i - 1], word.Symbols[i]);
                frequencies[pair] = frequencies.GetValueOrDefault(pair) + word.Count;
            }
        }
        if (frequencies.Count == 0) return null;
        var most = frequencies.Values.Max();
        return frequencies.Where(entry => entry.Value == most).Select(entry => entry.Key)
            .OrderBy(pair => pair.Left, StringComparer.Ordinal).ThenBy(pair => pair.Right, StringComparer.Ordinal).First();
    }

    private sealed record Word(List<string> Symbols, long Count)
    {
        public void Join((string Left, string Right) pair)
        {
            for (var i = 0; i + 1 < Symbols.Count; i++)
            {
                if (Symbols[i] != pair.Left || Symbols[i + 1] != pair.Right) continue;
                Symbols[i] += pair.Right;
                Symbols.RemoveAt(i + 1);
            }
        }
    }
}
