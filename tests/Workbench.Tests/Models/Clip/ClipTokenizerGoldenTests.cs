using System.Text.Json.Nodes;
using TorchSharp;
using Workbench.Models.Clip;
using Workbench.Tests.Goldens;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Models.Clip;

/// <summary>The tokenizer with CLIP's published vocabulary, which is not part of the project, against the reference's ids.</summary>
public class ClipTokenizerGoldenTests
{
    [Theory]
    [MemberData(nameof(GoldenCase.All), "clip_tokenizer", MemberType = typeof(GoldenCase))]
    public void Ids_agree_with_the_reference_without_ftfy(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        var tokenizer = ClipTokenizer.FromFolder(SharedTokenizers.ForCase(golden));
        var cases = Cases(golden);
        foreach (var (one, row) in cases.Select((c, i) => (c, i)))
        {
            var full = (one["ids_full_hf_slow_noftfy"] ?? one["ids_full"])!.AsArray().Select(id => id!.GetValue<int>());
            Assert.True(full.SequenceEqual(tokenizer.EncodeIds(Prompt(one))), $"{row}: '{Prompt(one)}' gave {string.Join(' ', tokenizer.EncodeIds(Prompt(one)))}");
        }
        string[] prompts = [.. cases.Select(Prompt)];
        GoldenAssert.Exact(tokenizer.Encode(prompts, PromptOverflow.Truncate), golden.Io["hf_slow_noftfy.input_ids"]);
        GoldenAssert.Exact(tokenizer.AttentionMask(prompts, PromptOverflow.Truncate), golden.Io["hf_slow_noftfy.attention_mask"]);
    }

    [Theory]
    [MemberData(nameof(GoldenCase.All), "clip_tokenizer", MemberType = typeof(GoldenCase))]
    public void Padding_with_an_exclamation_mark_agrees_where_all_policies_do(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var source = SharedTokenizers.ForCase(golden);
        foreach (var name in (string[])["vocab.json", "merges.txt"]) File.Copy(Path.Combine(source, name), folder.File(name));
        File.WriteAllText(folder.File("special_tokens_map.json"), """{ "pad_token": "!" }""");
        var tokenizer = ClipTokenizer.FromFolder(folder.Path);
        Assert.Equal(0, tokenizer.PadId);
        Tensor expected = golden.Io["hf_slow_ftfy_pad_exclamation.input_ids"], agree = golden.Io["all_agree"];
        foreach (var (one, row) in Cases(golden).Select((c, i) => (c, i)).Where(p => agree[p.i].item<byte>() == 1))
            GoldenAssert.Exact(tokenizer.Encode([Prompt(one)], PromptOverflow.Truncate)[0], expected[row], $"{row}: {Prompt(one)}");
    }

    [Theory]
    [MemberData(nameof(GoldenCase.All), "clip_tokenizer", MemberType = typeof(GoldenCase))]
    public void Decoding_gives_the_cleaned_text_back(GoldenCase golden)
    {
        var tokenizer = ClipTokenizer.FromFolder(SharedTokenizers.ForCase(golden));
        foreach (var one in Cases(golden).Where(c => c["all_agree"]!.GetValue<bool>()))
            Assert.Equal(one["decoded"]!.GetValue<string>(), tokenizer.Decode(one["ids_full"]!.AsArray().Select(id => id!.GetValue<int>())));
    }

    private static JsonNode[] Cases(GoldenCase golden) =>
        [.. JsonNode.Parse(File.ReadAllBytes(golden.File("prompts.json")))!.AsArray().Select(node => node!)];

    private static string Prompt(JsonNode one) => one["prompt"]!.GetValue<string>();
}
