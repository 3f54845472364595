using Workbench.Metrics;
using Workbench.Models.Clip;
using Workbench.Tensors;

namespace Workbench.Tests.Metrics;

/// <summary>A CLIP with random weights and a vocabulary of single letters: enough for the arithmetic of CLIP metrics.</summary>
internal static class TinyClip
{
    public static ClipModel Model() => ClipModel.Create(
        new ClipConfig
        {
            ProjectionDim = 16,
            TextConfig = new ClipTextConfig
            {
                VocabSize = 60, HiddenSize = 16, IntermediateSize = 32, NumHiddenLayers = 1, NumAttentionHeads = 2, MaxPositionEmbeddings = 64,
                BosTokenId = 58, EosTokenId = 59,
            },
            VisionConfig = new ClipVisionConfig { HiddenSize = 16, IntermediateSize = 32, NumHiddenLayers = 1, NumAttentionHeads = 2, ImageSize = 16, PatchSize = 8 },
        },
        new Seed(5));

    public static ClipTokenizer Tokenizer(TemporaryFolder folder)
    {
        var letters = "abcdefghijklmnopqrstuvwxyz".Select(c => c.ToString()).ToList();
        var vocabulary = letters.Concat(letters.Select(l => l + "</w>")).Select((token, id) => $"\"{token}\":{id}").Append("\"<|startoftext|>\":58").Append("\"<|endoftext|>\":59");
        File.WriteAllText(folder.File("vocab.json"), "{" + string.Join(",", vocabulary) + "}");
        File.WriteAllText(folder.File("merges.txt"), "#version: 0.2\n");
        File.WriteAllText(folder.File("tokenizer_config.json"), "{\"model_max_length\": 64}");
        return ClipTokenizer.FromFolder(folder.Path);
    }

    public static ClipEmbedder Embedder(TemporaryFolder folder) => new(Model(), Tokenizer(folder));
}
