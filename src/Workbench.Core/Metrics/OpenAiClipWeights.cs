using System.Text.RegularExpressions;
using TorchSharp;
using Workbench.Models.Clip;
using Workbench.Tensors;
using Workbench.Weights;
using static TorchSharp.torch;

namespace Workbench.Metrics;

/// <summary>
/// Reads CLIP weights in OpenAI's own layout, in which <c>LIQE.pt</c> and other fine-tuned CLIPs are published: fused query, key and value,
/// and projections stored transposed.
/// </summary>
/// <remarks>The vision transformer only; OpenAI's convolutional CLIPs have another body. The file must be a state dict, not a script.</remarks>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public static partial class OpenAiClipWeights
{
    /// <summary>Loads a model whose shape is read from the weights themselves.</summary>
    /// <param name="path">A <c>.pt</c>, <c>.pth</c> or <c>.safetensors</c> file with keys such as <c>visual.conv1.weight</c>.</param>
    /// <param name="prefix">What stands before every key, for example <c>model.</c>.</param>
    /// <exception cref="WeightsException">A key is missing or has another shape; names it.</exception>
    public static ClipModel Load(string path, string prefix = "")
    {
        using var source = WeightFiles.Open(path);
        using var renamed = new Translated(source, prefix);
        var model = new ClipModel(ConfigOf(renamed));
        StateDict.LoadInto(model, renamed);
        model.eval();
        return model;
    }

    /// <summary>The key of transformers' layout for one of OpenAI's, and which third of it (0, 1, 2) where that is fused; null where it has none.</summary>
    internal static IReadOnlyList<(string Key, int? Third)> Rename(string key) => key switch
    {
        "logit_scale" => [("logit_scale", null)],
        "text_projection" => [("text_projection.weight", null)],
        "visual.proj" => [("visual_projection.weight", null)],
        "visual.conv1.weight" => [("vision_model.embeddings.patch_embedding.weight", null)],
        "visual.class_embedding" => [("vision_model.embeddings.class_embedding", null)],
        "visual.positional_embedding" => [("vision_model.embeddings.position_embedding.weight", null)],
        "positional_embedding" => [("text_model.embeddings.position_embedding.weight", null)],
        "token_embedding.weight" => [("text_model.embeddings.token_embedding.weight", null)],
        _ => Layered(key),
    };

    private static IReadOnlyList<(string Key, int? Third)> Layered(string key)
    {
        if (OuterNorm().Match(key) is { Success: true } norm)
        {
            var (tower, name) = (norm.Groups[1].Success ? "vision_model" : "text_model", norm.Groups[2].Value switch { "ln_pre" => "pre_layrnorm", "ln_post" => "post_layernorm", _ => "final_layer_norm" });
            return [($"{tower}.{name}.{norm.Groups[3].Value}", null)];
        }
        if (Block().Match(key) is not { Success: true } block) return [];
        var prefix = $"{(block.Groups[1].Success ? "vision_model" : "text_model")}.encoder.layers.{block.Groups[2].Value}.";
        var (part, kind) = (block.Groups[3].Value, block.Groups[4].Value);
        return part switch
        {
            "attn.in_proj_" => [.. new[] { "q_proj", "k_proj", "v_proj" }.Select((name, third) => ($"{prefix}self_attn.{name}.{kind}", (int?)third))],
            "attn.out_proj." => [($"{prefix}self_attn.out_proj.{kind}", null)],
            "ln_1." => [($"{prefix}layer_norm1.{kind}", null)],
            "ln_2." => [($"{prefix}layer_norm2.{kind}", null)],
            "mlp.c_fc." => [($"{prefix}mlp.fc1.{kind}", null)],
            _ => [($"{prefix}mlp.fc2.{kind}", null)],
        };
    }

    private static ClipConfig ConfigOf(Translated source)
    {
        long[] Shape(string key) => [.. source.Shape(key)];
        int Layers(string tower) => source.Keys.Count(k => k.StartsWith(tower, StringComparison.Ordinal) && k.EndsWith("layer_norm1.weight", StringComparison.Ordinal));
        var patch = Shape("vision_model.embeddings.patch_embedding.weight");
        var (tokens, words) = (Shape("text_model.embeddings.token_embedding.weight"), Shape("text_model.embeddings.position_embedding.weight"));
        var side = (int)Math.Round(Math.Sqrt(Shape("vision_model.embeddings.position_embedding.weight")[0] - 1)) * (int)patch[3];
        var projection = (int)Shape("visual_projection.weight")[0];
        // OpenAI's heads are 64 wide everywhere.
        return new ClipConfig
        {
            ProjectionDim = projection,
            VisionConfig = new ClipVisionConfig
            {
                HiddenSize = (int)patch[0], IntermediateSize = (int)Shape("vision_model.encoder.layers.0.mlp.fc1.weight")[0], ProjectionDim = projection,
                NumHiddenLayers = Layers("vision_model."), NumAttentionHeads = Math.Max(1, (int)patch[0] / 64), ImageSize = side, PatchSize = (int)patch[3],
            },
            TextConfig = new ClipTextConfig
            {
                VocabSize = (int)tokens[0], HiddenSize = (int)tokens[1], IntermediateSize = (int)Shape("text_model.encoder.layers.0.mlp.fc1.weight")[0], ProjectionDim = projection,
                NumHiddenLayers = Layers("text_model."), NumAttentionHeads = Math.Max(1, (int)tokens[1] / 64), MaxPositionEmbeddings = (int)words[0],
                BosTokenId = (int)tokens[0] - 2, EosTokenId = (int)tokens[0] - 1,
            },
        };
    }

    [GeneratedRegex(@"^(visual\.)?(ln_pre|ln_post|ln_final)\.(weight|bias)$")]
    private static partial Regex OuterNorm();

    [GeneratedRegex(@"^(visual\.)?transformer\.resblocks\.(\d+)\.(attn\.in_proj_|attn\.out_proj\.|ln_1\.|ln_2\.|mlp\.c_fc\.|mlp\.c_proj\.)(weight|bias)$")]
    private static partial Regex Block();

    private sealed class Translated : ITensorSource
    {
        private readonly ITensorSource inner;
        private readonly Dictionary<string, (string Key, int? Third)> origin = new(StringComparer.Ordinal);

        public Translated(ITensorSource inner, string prefix)
        {
            this.inner = inner;
            foreach (var key in inner.Keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal)))
                foreach (var (renamed, third) in Rename(key[prefix.Length..])) origin[renamed] = (key, third);
        }

        public string Path => inner.Path;

        public IReadOnlyList<string> Keys => [.. origin.Keys.Order(StringComparer.Ordinal)];

        public IReadOnlyList<long> Shape(string key)
        {
            var (source, third) = Origin(key);
            var shape = inner.Shape(source).ToArray();
            if (third is not null) shape[0] /= 3;
            return IsTransposed(key) ? new[] { shape[1], shape[0] } : shape;
        }

        public ScalarType DType(string key) => inner.DType(Origin(key).Key);

        public Tensor Read(string key) => TensorScope.Run(() =>
        {
            var (source, third) = Origin(key);
            var whole = inner.Read(source);
            if (third is { } part) whole = whole.narrow(0, part * (whole.shape[0] / 3), whole.shape[0] / 3);
            return (IsTransposed(key) ? whole.t() : whole).contiguous().clone();
        });

        public void Dispose()
        {
        }

        private static bool IsTransposed(string key) => key is "text_projection.weight" or "visual_projection.weight";

        private (string Key, int? Third) Origin(string key) => origin.TryGetValue(key, out var found) ? found
            : throw new WeightsException(inner.Path, key, "this is no CLIP in OpenAI's layout: the tensor is missing");
    }
}
