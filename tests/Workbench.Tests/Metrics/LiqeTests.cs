using TorchSharp;
using Workbench.Imaging;
using Workbench.Metrics;
using Workbench.Models.Clip;
using Workbench.Tests.Imaging;
using Workbench.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Metrics;

public sealed class LiqeTests : IDisposable
{
    // Short words, for a context of 64 single letters.
    private static readonly LiqeOptions Short = new() { Qualities = ["bad", "fair", "fine"], Scenes = ["cat", "sky"], Artifacts = ["hum", "fog"], Stride = 8, Patches = 3 };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void There_are_495_prompts_qualities_outermost_and_artifacts_innermost()
    {
        var prompts = LiqeOptions.Published.Prompts();
        Assert.Equal(495, prompts.Count);
        Assert.Equal(495, prompts.Distinct().Count());
        Assert.Equal("a photo of a animal with jpeg2000 compression artifacts, which is of bad quality", prompts[0]);
        Assert.Equal("a photo of a animal with jpeg compression artifacts, which is of bad quality", prompts[1]);
        Assert.Equal("a photo of a cityscape with jpeg2000 compression artifacts, which is of bad quality", prompts[11]);
        Assert.Equal("a photo of a others with other artifacts, which is of perfect quality", prompts[^1]);
    }

    [Fact]
    public void Of_a_hundred_patches_every_sixth_is_taken_fifteen_in_all()
    {
        Assert.Equal([0L, 6, 12, 18, 24, 30, 36, 42, 48, 54, 60, 66, 72, 78, 84], Liqe.Chosen(100, 15));
        Assert.Equal([0L, 1, 2, 3], Liqe.Chosen(4, 15));
    }

    [Fact]
    public void Grades_follow_from_cosines_averaged_over_patches_before_the_softmax()
    {
        using var scope = NewDisposeScope();
        using var model = TinyClip.Model();
        var tokenizer = TinyClip.Tokenizer(folder);
        using var liqe = new Liqe(model, tokenizer, Short);
        using var picture = ImageBatch.FromImages([Pictures.Noise(32, 24, 1)]);
        // Three by two patches of 16 pixels, 8 apart; step 2 takes numbers 0, 2, 4: (0,0), (16,0), (8,8) as (x, y).
        var patches = new[] { (0, 0), (16, 0), (8, 8) }.Select(at => picture.Unit.narrow(3, at.Item1, 16).narrow(2, at.Item2, 16)).ToArray();
        var embedder = new ClipEmbedder(model, tokenizer);
        static Tensor Unit(Tensor x) => x / x.square().sum(-1, keepdim: true).sqrt();
        var cosines = cat([.. patches.Select(p => Unit(embedder.Differentiable(p)).matmul(Unit(embedder.Texts(Short.Prompts())).t()))]).mean([0]);
        var p = (embedder.LogitScale * cosines).softmax(0).view(3, 4).sum(1);
        var expected = p[0].item<float>() + 2 * p[1].item<float>() + 3 * p[2].item<float>();
        Assert.Equal(expected, liqe.Score(picture)[0], 1e-5);
        Assert.Equal(1, liqe.Probabilities(picture).sum().item<float>(), 1e-5);
        Assert.Contains(liqe.Scenes(picture)[0], Short.Scenes);
        Assert.Contains(liqe.Artifacts(picture)[0], Short.Artifacts);
        using var small = ImageBatch.FromImages([Pictures.Noise(15, 24, 1)]);
        Assert.Contains("16×16", Assert.Throws<ArgumentException>(() => liqe.Score(small)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_in_openais_layout_give_the_same_model()
    {
        using var scope = NewDisposeScope();
        // Heads of 64 as in OpenAI's models: width 64 has one.
        using var model = ClipModel.Create(
            new ClipConfig
            {
                ProjectionDim = 24,
                TextConfig = new ClipTextConfig { VocabSize = 60, HiddenSize = 64, IntermediateSize = 32, NumHiddenLayers = 2, NumAttentionHeads = 1, MaxPositionEmbeddings = 16, BosTokenId = 58, EosTokenId = 59 },
                VisionConfig = new ClipVisionConfig { HiddenSize = 64, IntermediateSize = 48, NumHiddenLayers = 1, NumAttentionHeads = 1, ImageSize = 16, PatchSize = 8 },
            },
            new Workbench.Tensors.Seed(7));
        model.eval();
        var path = folder.File("LIQE.safetensors");
        SafetensorsWriter.Write(path, OpenAi(model), null, null);
        using var read = OpenAiClipWeights.Load(path, "model.");
        Assert.Equal((16, 8, 24), (read.Config.VisionConfig.ImageSize, read.Config.VisionConfig.PatchSize, read.Config.ProjectionDim));
        var (pixels, ids) = (rand(2, 3, 16, 16), tensor(new long[,] { { 58, 3, 4, 59 } }));
        Assert.Equal(model.forward(pixels, ids).data<float>().ToArray(), read.forward(pixels, ids).data<float>().ToArray());
        Assert.Contains("patch_embedding", Assert.Throws<WeightsException>(() => OpenAiClipWeights.Load(path, "other.")).Message, StringComparison.Ordinal);
    }

    // Writes the layout by its own rules, from the other side: fuses thirds and transposes projections.
    internal static Dictionary<string, Tensor> OpenAi(ClipModel model, string start = "model.")
    {
        var state = model.named_parameters().ToDictionary(p => p.name, p => p.parameter.detach());
        var result = new Dictionary<string, Tensor>();
        void Put(string key, Tensor value) => result[start + key] = value.contiguous();
        Put("logit_scale", state["logit_scale"]);
        Put("text_projection", state["text_projection.weight"].t());
        Put("visual.proj", state["visual_projection.weight"].t());
        Put("visual.conv1.weight", state["vision_model.embeddings.patch_embedding.weight"]);
        Put("visual.class_embedding", state["vision_model.embeddings.class_embedding"]);
        Put("visual.positional_embedding", state["vision_model.embeddings.position_embedding.weight"]);
        Put("positional_embedding", state["text_model.embeddings.position_embedding.weight"]);
        Put("token_embedding.weight", state["text_model.embeddings.token_embedding.weight"]);
        foreach (var kind in new[] { "weight", "bias" })
        {
            Put($"visual.ln_pre.{kind}", state[$"vision_model.pre_layrnorm.{kind}"]);
            Put($"visual.ln_post.{kind}", state[$"vision_model.post_layernorm.{kind}"]);
            Put($"ln_final.{kind}", state[$"text_model.final_layer_norm.{kind}"]);
            foreach (var (tower, prefix, layers) in new[] { ("vision_model", "visual.transformer", 1), ("text_model", "transformer", 2) })
                for (var i = 0; i < layers; i++)
                {
                    var (from, to) = ($"{tower}.encoder.layers.{i}.", $"{prefix}.resblocks.{i}.");
                    Put($"{to}attn.in_proj_{kind}", cat([.. new[] { "q", "k", "v" }.Select(n => state[$"{from}self_attn.{n}_proj.{kind}"])], 0));
                    Put($"{to}attn.out_proj.{kind}", state[$"{from}self_attn.out_proj.{kind}"]);
                    Put($"{to}ln_1.{kind}", state[$"{from}layer_norm1.{kind}"]);
                    Put($"{to}ln_2.{kind}", state[$"{from}layer_norm2.{kind}"]);
                    Put($"{to}mlp.c_fc.{kind}", state[$"{from}mlp.fc1.{kind}"]);
                    Put($"{to}mlp.c_proj.{kind}", state[$"{from}mlp.fc2.{kind}"]);
                }
        }
        return result;
    }
}
