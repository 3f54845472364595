using TorchSharp;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Models.Clip;

/// <summary>
/// The weights of a fresh CLIP, as OpenAI's CLIP draws them: normal, with standard deviations that keep the residual stream level.
/// </summary>
/// <remarks>
/// Token embedding 0.02, text positions 0.01, class token and vision positions D^-½, patches 0.02; attention inputs D^-½, both
/// residual outputs D^-½ (2·layers)^-½, first feed-forward (2D)^-½, projections D^-½; biases 0, layer norms 1, logit scale ln(1/0.07).
/// The vision layers follow the text layers' rule, where OpenAI leaves them at PyTorch's default. Each parameter has a stream of its
/// own, named by its key, so that the draw of one does not depend on the others.
/// </remarks>
public static class ClipInitialization
{
    /// <summary>Overwrites every parameter of <paramref name="model"/> by a draw from <paramref name="seed"/>.</summary>
    public static void Draw(ClipModel model, Seed seed)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, parameter) in model.named_parameters())
        {
            if (StandardDeviation(name, model.Config) is { } deviation)
            {
                using var random = seed.For(name).Open();
                parameter.copy_(random.Normal(parameter.shape) * deviation);
            }
            else if (name == "logit_scale") parameter.fill_(model.Config.LogitScaleInitValue);
            else parameter.fill_(name.EndsWith("weight", StringComparison.Ordinal) ? 1 : 0);
        }
    }

    /// <summary>Null for biases, layer norms and the logit scale.</summary>
    private static double? StandardDeviation(string name, ClipConfig config)
    {
        var isText = name.StartsWith("text_", StringComparison.Ordinal);
        int width = isText ? config.TextConfig.HiddenSize : config.VisionConfig.HiddenSize;
        int layers = isText ? config.TextConfig.NumHiddenLayers : config.VisionConfig.NumHiddenLayers;
        var factor = isText ? config.TextConfig.InitializerFactor : config.VisionConfig.InitializerFactor;
        var narrow = 1 / Math.Sqrt(width);
        return LastTwo(name) switch
        {
            "token_embedding.weight" => factor * config.TextConfig.InitializerRange,
            "patch_embedding.weight" => factor * config.VisionConfig.InitializerRange,
            "position_embedding.weight" => factor * (isText ? config.TextConfig.InitializerRange / 2 : narrow),
            "embeddings.class_embedding" => factor * narrow,
            "q_proj.weight" or "k_proj.weight" or "v_proj.weight" => factor * narrow,
            "out_proj.weight" or "fc2.weight" => factor * narrow / Math.Sqrt(2 * layers),
            "fc1.weight" => factor / Math.Sqrt(2 * width),
            "text_projection.weight" or "visual_projection.weight" => factor * narrow,
            _ => null,
        };
    }

    private static string LastTwo(string name) => string.Join('.', name.Split('.').TakeLast(2));
}
