using System.Text.Json.Nodes;
using CsCheck;
using TorchSharp;
using Workbench.Models.Clip;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Models.Clip;

public class ClipVocabularyBuilderTests
{
    private const string Corpus = "a photo of a person, a noisy photo of a person. a red car, a blue house without noisy pattern! it's a portrait of a man with 2 glasses";
    private static readonly string[] Rare = ["sks", "bhj", "zqx", "ohw", "qrt"];

    [Fact]
    public void Every_word_and_every_rare_identifier_is_one_token()
    {
        using var folder = new TemporaryFolder();
        var tokenizer = Build(folder, Corpus);
        foreach (var word in Corpus.Split([' ', ',', '.', '!', '\''], StringSplitOptions.RemoveEmptyEntries).Where(w => w != "s").Concat(Rare))
            Assert.Equal([word + "</w>"], tokenizer.Tokens(word));
        Assert.Equal(["a</w>", "photo</w>", "of</w>", "sks</w>", "person</w>"], tokenizer.Tokens("A photo of sks  PERSON"));
        Assert.Equal(["it</w>", "'s</w>", "2</w>", "2</w>", "!</w>"], tokenizer.Tokens("it's 22!"));
        Assert.Equal([0, 512 - 1], new[] { "!", "\u0143</w>" }.Select(token => Vocabulary(Corpus).Tokens.ToList().IndexOf(token)));
    }

    [Fact]
    public void Files_have_the_layout_of_CLIP()
    {
        using var folder = new TemporaryFolder();
        var tokenizer = Build(folder, Corpus);
        var vocabulary = Vocabulary(Corpus);
        Assert.Equal(vocabulary.Tokens.Count, tokenizer.VocabularySize);
        Assert.Equal(vocabulary.Tokens.Count, vocabulary.Tokens.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal((tokenizer.VocabularySize - 2, tokenizer.VocabularySize - 1), (tokenizer.BosId, tokenizer.EosId));
        Assert.Equal(tokenizer.EosId, tokenizer.PadId);
        Assert.Equal("#version: 0.2", File.ReadLines(folder.File("merges.txt")).First());
        Assert.Equal(vocabulary.Merges.Count + 1, File.ReadLines(folder.File("merges.txt")).Count());
        Assert.Equal(32, tokenizer.MaxLength);
    }

    [Fact]
    public void Any_text_survives_encoding_and_decoding_but_for_white_space()
    {
        using var folder = new TemporaryFolder();
        var tokenizer = Build(folder, Corpus);
        Gen.String[Gen.Char["abcxyz 019.,!'éßжλ日"], 0, 40].Sample(text =>
        {
            var decoded = tokenizer.Decode(tokenizer.EncodeIds(text));
            Assert.Equal(Squeeze(text), Squeeze(decoded));
        });

        static string Squeeze(string text) => text.Replace(" ", "", StringComparison.Ordinal);
    }

    [Fact]
    public void Encoded_prompts_are_begun_ended_and_filled_up()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        var tokenizer = Build(folder, Corpus);
        string[] prompts = ["", "a photo of sks person"];
        var ids = tokenizer.Encode(prompts);
        Assert.Equal(ScalarType.Int64, ids.dtype);
        Assert.Equal([2, 32], ids.shape);
        Assert.Equal(tokenizer.BosId, ids[1, 0].item<long>());
        Assert.True(ids[0].narrow(0, 1, 31).eq(tokenizer.EosId).all().item<bool>());
        Assert.True(ids[1].narrow(0, 6, 26).eq(tokenizer.EosId).all().item<bool>());
        Assert.Equal([2L, 7L], tokenizer.AttentionMask(prompts).sum(1).data<long>().ToArray());
        Assert.Equal("a photo of sks person ", tokenizer.Decode(ids[1].data<long>().Select(id => (int)id)));
    }

    [Fact]
    public void A_prompt_that_is_too_long_is_one_clear_error_or_cut_on_demand()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        var tokenizer = Build(folder, Corpus);
        var longest = string.Join(' ', Enumerable.Repeat("photo", 30));
        Assert.Equal([1, 32], tokenizer.Encode([longest]).shape);
        var error = Assert.Throws<ArgumentException>(() => tokenizer.Encode(["a car", longest + " of a person"]));
        Assert.Contains("photo photo", error.Message, StringComparison.Ordinal);
        Assert.Contains("33 tokens", error.Message, StringComparison.Ordinal);
        Assert.Contains("takes 30", error.Message, StringComparison.Ordinal);
        var cut = tokenizer.Encode([longest + " of a person"], PromptOverflow.Truncate);
        Assert.True(cut.eq(tokenizer.Encode([longest])).all().item<bool>());
    }

    [Fact]
    public void Merges_follow_frequency_and_then_ordinal_order_and_can_be_limited()
    {
        var builder = new ClipVocabularyBuilder().AddWord("low", 5).AddWord("lower", 2).AddWord("newest", 6).AddWord("widest", 3);
        (string, string)[] expected = [("e", "s"), ("es", "t</w>"), ("l", "o"), ("e", "w"), ("ew", "est</w>"), ("n", "ewest</w>")];
        Assert.Equal(expected, builder.Build(6).Merges);
        Assert.Equal(builder.Build().Merges, builder.Build().Merges);
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("b2b")]
    [InlineData("")]
    public void What_the_tokenizer_cuts_apart_cannot_be_added_as_a_word(string word) =>
        Assert.Contains(word, Assert.Throws<ArgumentException>(() => new ClipVocabularyBuilder().AddWord(word)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_folder_without_vocabulary_or_with_a_strange_one_names_the_file()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("vocab.json", Assert.Throws<FileNotFoundException>(() => ClipTokenizer.FromFolder(folder.Path)).Message, StringComparison.Ordinal);
        Vocabulary(Corpus).Save(folder.Path);
        File.WriteAllText(folder.File("special_tokens_map.json"), """{ "pad_token": { "content": "<pad>" } }""");
        Assert.Contains("<pad>", Assert.Throws<InvalidDataException>(() => ClipTokenizer.FromFolder(folder.Path)).Message, StringComparison.Ordinal);
        File.WriteAllText(folder.File("special_tokens_map.json"), """{ "pad_token": {} }""");
        Assert.Contains("'pad_token' has no 'content'", Assert.Throws<InvalidDataException>(() => ClipTokenizer.FromFolder(folder.Path)).Message, StringComparison.Ordinal);
        File.WriteAllText(folder.File("special_tokens_map.json"), "[]");
        Assert.Contains("special_tokens_map.json", Assert.Throws<InvalidDataException>(() => ClipTokenizer.FromFolder(folder.Path)).Message, StringComparison.Ordinal);
        File.WriteAllText(folder.File("vocab.json"), "nothing");
        Assert.Contains("vocab.json", Assert.Throws<InvalidDataException>(() => ClipTokenizer.FromFolder(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_padding_token_is_the_one_that_the_folder_names()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        Vocabulary(Corpus).Save(folder.Path);
        File.WriteAllText(folder.File("special_tokens_map.json"), """{ "pad_token": "!" }""");
        var tokenizer = ClipTokenizer.FromFolder(folder.Path);
        Assert.Equal(0, tokenizer.PadId);
        Assert.Equal(0, tokenizer.Encode(["a car"])[0, 31].item<long>());
        Assert.Equal("a car ", tokenizer.Decode(tokenizer.Encode(["a car"]).data<long>().Select(id => (int)id)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_folder_with_tokenizer_json_alone_reads_alike_and_added_tokens_are_tokens(bool pairsAreLists)
    {
        using TemporaryFolder folder = new(), whole = new(), again = new();
        var tokenizer = Build(folder, Corpus);
        var vocabulary = Vocabulary(Corpus);
        var id = tokenizer.VocabularySize;
        var merges = vocabulary.Merges.Select(m => pairsAreLists ? (JsonNode)new JsonArray(m.Left, m.Right) : $"{m.Left} {m.Right}");
        whole.WriteText(new JsonObject
        {
            ["model"] = new JsonObject { ["vocab"] = JsonNode.Parse(File.ReadAllText(folder.File("vocab.json"))), ["merges"] = new JsonArray([.. merges]) },
            ["added_tokens"] = new JsonArray(new JsonObject { ["id"] = id, ["content"] = "<cat-toy>" }, new JsonObject { ["id"] = id + 1, ["content"] = "" }),
        }.ToJsonString(), "tokenizer.json");
        var read = ClipTokenizer.FromFolder(whole.Path);
        Assert.Equal(tokenizer.EncodeIds(Corpus), read.EncodeIds(Corpus));
        Assert.Equal([read.BosId, .. tokenizer.EncodeIds("a photo of").Skip(1).SkipLast(1), id, .. tokenizer.EncodeIds("!").Skip(1)], read.EncodeIds("a photo of <cat-toy>!"));
        read.SavePretrained(again.Path);
        Assert.Equal(id, JsonNode.Parse(File.ReadAllText(again.File("added_tokens.json")))!["<cat-toy>"]!.GetValue<int>());
        Assert.Equal(read.EncodeIds("a <cat-toy>"), ClipTokenizer.FromFolder(again.Path).EncodeIds("a <cat-toy>"));
        whole.WriteText("{\"model\":{}}", "tokenizer.json");
        Assert.Contains("tokenizer.json", Assert.Throws<InvalidDataException>(() => ClipTokenizer.FromFolder(whole.Path)).Message, StringComparison.Ordinal);
    }

    private static ClipVocabulary Vocabulary(string corpus) => new ClipVocabularyBuilder().AddText(corpus).AddWords(Rare).Build();

    private static ClipTokenizer Build(TemporaryFolder folder, string corpus)
    {
        Vocabulary(corpus).Save(folder.Path);
        return ClipTokenizer.FromFolder(folder.Path);
    }
}
