using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.Tokenizers;
using TorchSharp;
using Workbench.Weights;
using static TorchSharp.torch;

namespace Workbench.Models.Clip;

/// <summary>CLIP's byte-pair tokenizer: prompts to padded token ids, read from a Hugging Face tokenizer folder.</summary>
/// <remarks>
/// Ids equal those of transformers' CLIP tokenizer on a machine without <c>ftfy</c>: control characters are dropped, CJK ideographs
/// stand alone, text is composed (NFC) and lower-cased; HTML entities, curly quotes, ligatures and mojibake are kept as written, where
/// OpenAI's tokenizer repairs them first. Thread-safe.
/// </remarks>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public sealed class ClipTokenizer
{
    /// <summary>Published merges.txt files carry more merges than CLIP's vocabulary holds: 49152 - 256 - 2 count.</summary>
    private const int MaxMerges = 48894;

    private static readonly JsonSerializerOptions VocabularyOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly BpeTokenizer bpe;
    private readonly IReadOnlyDictionary<string, int> vocabulary;
    private readonly IReadOnlyList<string> merges;
    private readonly Dictionary<string, int> added;
    private readonly Lazy<Dictionary<int, string>> tokens;

    private ClipTokenizer(ClipTokenizerFiles files, ClipTokenizerConfig config)
    {
        var (vocabulary, source) = (new Dictionary<string, int>(files.Vocabulary, StringComparer.Ordinal), files.Source);
        added = files.Added.Where(token => token.Key.Length > 0 && vocabulary.TryAdd(token.Key, token.Value)).ToDictionary(StringComparer.Ordinal);
        (Config, this.vocabulary, merges) = (config, vocabulary, [.. files.Merges.Take(MaxMerges)]);
        BosId = IdOf(config.BosToken, source);
        EosId = IdOf(config.EosToken, source);
        PadId = IdOf(config.PadToken, source);
        tokens = new(() => vocabulary.GroupBy(p => p.Value).ToDictionary(g => g.Key, g => g.First().Key));
        bpe = BpeTokenizer.Create(new BpeOptions(vocabulary)
        {
            Merges = merges,
            EndOfWordSuffix = ClipSpecialTokens.EndOfWord,
            ByteLevel = true,
            PreTokenizer = new ClipPreTokenizer(),
        });
    }

    /// <summary>What the folder says about length and special tokens.</summary>
    public ClipTokenizerConfig Config { get; }

    /// <summary>Length of every encoded prompt, both ends included.</summary>
    public int MaxLength => Config.ModelMaxLength;

    /// <summary>Number of tokens in the vocabulary.</summary>
    public int VocabularySize => vocabulary.Count;

    /// <summary>Id of the start token.</summary>
    public int BosId { get; }

    /// <summary>Id of the end token.</summary>
    public int EosId { get; }

    /// <summary>Id that short prompts are filled up with.</summary>
    public int PadId { get; }

    /// <summary>
    /// Reads vocab.json and merges.txt, or where they are missing tokenizer.json; tokenizer_config.json, special_tokens_map.json and added_tokens.json, where they are there.
    /// </summary>
    /// <param name="folder">For example <c>tokenizer/</c> of a Stable Diffusion folder.</param>
    /// <exception cref="FileNotFoundException">There is neither tokenizer.json nor both of vocab.json and merges.txt.</exception>
    /// <exception cref="InvalidDataException">A file cannot be read, or the vocabulary lacks a special token; names the file.</exception>
    public static ClipTokenizer FromFolder(string folder) =>
        new(ClipTokenizerFiles.Read(folder), ClipTokenizerConfig.FromFolder(folder));

    /// <summary>Writes a tokenizer folder that transformers and <see cref="FromFolder"/> read: vocabulary, merges and configuration.</summary>
    /// <param name="folder">Created when missing.</param>
    public void SavePretrained(string folder)
    {
        Directory.CreateDirectory(folder);
        string Map(IEnumerable<KeyValuePair<string, int>> tokens) =>
            new JsonObject(tokens.OrderBy(pair => pair.Value).Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value))).ToJsonString(VocabularyOptions);
        AtomicFile.WriteText(Path.Combine(folder, "vocab.json"), Map(vocabulary.Where(pair => !added.ContainsKey(pair.Key))));
        if (added.Count > 0) AtomicFile.WriteText(Path.Combine(folder, ClipTokenizerFiles.AddedName), Map(added));
        AtomicFile.WriteText(Path.Combine(folder, "merges.txt"), "#version: 0.2\n" + string.Join('\n', merges) + "\n");
        Config.Save(folder);
    }

    /// <summary>Token ids of prompts, each begun, ended and filled up to <see cref="MaxLength"/>.</summary>
    /// <param name="prompts">One or more prompts.</param>
    /// <param name="overflow">What to do with a prompt that is too long.</param>
    /// <returns>[B, MaxLength], int64, CPU.</returns>
    /// <exception cref="ArgumentException">A prompt is too long and <paramref name="overflow"/> is <see cref="PromptOverflow.Error"/>.</exception>
    public Tensor Encode(IReadOnlyList<string> prompts, PromptOverflow overflow = PromptOverflow.Error)
    {
        var ids = new long[prompts.Count, MaxLength];
        for (var row = 0; row < prompts.Count; row++)
        {
            var fitted = Fit(prompts[row], overflow);
            for (var i = 0; i < MaxLength; i++) ids[row, i] = i < fitted.Count ? fitted[i] : PadId;
        }
        return tensor(ids);
    }

    /// <summary>1 where <see cref="Encode"/> has the prompt and its two ends, 0 where it has filled up: [B, MaxLength], int64, CPU.</summary>
    /// <inheritdoc cref="Encode"/>
    public Tensor AttentionMask(IReadOnlyList<string> prompts, PromptOverflow overflow = PromptOverflow.Error)
    {
        var mask = new long[prompts.Count, MaxLength];
        for (var row = 0; row < prompts.Count; row++)
            for (var i = Fit(prompts[row], overflow).Count - 1; i >= 0; i--) mask[row, i] = 1;
        return tensor(mask);
    }

    /// <summary>Ids of one prompt between its start and end token, of any length, not filled up.</summary>
    public IReadOnlyList<int> EncodeIds(string prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        var ids = new List<int> { BosId };
        foreach (var (text, id) in SplitSpecials(prompt))
        {
            if (id is { } special) ids.Add(special);
            else ids.AddRange(bpe.EncodeToIds(ClipTextCleaner.Clean(text), considerPreTokenization: true, considerNormalization: false));
        }
        ids.Add(EosId);
        return ids;
    }

    /// <summary>Tokens of one prompt as they stand in the vocabulary, without start and end, for example <c>photo&lt;/w&gt;</c>.</summary>
    public IReadOnlyList<string> Tokens(string prompt) => [.. EncodeIds(prompt).Skip(1).SkipLast(1).Select(TokenOf)];

    /// <summary>Text of ids, a space after each word; the prompt's own start, end and padding are left out.</summary>
    public string Decode(IEnumerable<int> ids)
    {
        List<int> inner = [.. ids];
        if (inner.Count > 0 && inner[0] == BosId) inner.RemoveAt(0);
        var end = inner.LastIndexOf(EosId);
        if (end >= 0 && inner.Skip(end + 1).All(id => id == PadId))
        {
            while (end > 0 && PadId == EosId && inner[end - 1] == EosId) end--;
            inner.RemoveRange(end, inner.Count - end);
        }
        return ByteSymbols.Decode(string.Concat(inner.Select(TokenOf)).Replace(ClipSpecialTokens.EndOfWord, " ", StringComparison.Ordinal));
    }

    private string TokenOf(int id) => tokens.Value.TryGetValue(id, out var token) ? token
        : throw new ArgumentOutOfRangeException(nameof(id), id, $"The vocabulary has no token of this id; it holds {VocabularySize}.");

    private IReadOnlyList<int> Fit(string prompt, PromptOverflow overflow)
    {
        var ids = EncodeIds(prompt);
        if (ids.Count <= MaxLength) return ids;
        if (overflow == PromptOverflow.Truncate) return [.. ids.Take(MaxLength - 1), EosId];
        throw new ArgumentException($"The prompt \"{Shorten(prompt)}\" has {ids.Count - 2} tokens and the text encoder takes {MaxLength - 2}. "
            + $"Shorten it, or ask for {nameof(PromptOverflow)}.{nameof(PromptOverflow.Truncate)} (--truncate).", nameof(prompt));
    }

    private static string Shorten(string prompt) => prompt.Length <= 120 ? prompt : prompt[..117] + "…";

    /// <summary>Special and added tokens written out inside a prompt count as themselves, the longest first; start and end in any case, as in transformers.</summary>
    private IEnumerable<(string Text, int? Id)> SplitSpecials(string prompt)
    {
        IEnumerable<(string Token, int Id, StringComparison Comparison)> all =
        [
            (Config.BosToken, BosId, StringComparison.OrdinalIgnoreCase), (Config.EosToken, EosId, StringComparison.OrdinalIgnoreCase),
            (Config.PadToken, PadId, StringComparison.Ordinal), .. added.Select(token => (token.Key, token.Value, StringComparison.Ordinal)),
        ];
        var specials = all.OrderByDescending(token => token.Token.Length).ToArray();
        var start = 0;
        for (var i = 0; i < prompt.Length;)
        {
            var hit = specials.FirstOrDefault(s => string.Compare(prompt, i, s.Token, 0, s.Token.Length, s.Comparison) == 0);
            if (hit.Token is null)
            {
                i++;
                continue;
            }
            if (i > start) yield return (prompt[start..i], null);
            yield return (hit.Token, hit.Id);
            start = i += hit.Token.Length;
        }
        if (start < prompt.Length) yield return (prompt[start..], null);
    }

    private int IdOf(string token, string source) => vocabulary.TryGetValue(token, out var id) ? id
        : throw new InvalidDataException($"'{source}' lacks the special token '{token}'.");
}
