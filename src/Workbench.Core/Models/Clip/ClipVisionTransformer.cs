using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Workbench.Models.Clip;

/// <summary>Patch, class and position embeddings, a layer norm before and (on the class token) after the transformer.</summary>
internal sealed class ClipVisionTransformer : NamedModule<Tensor, ClipVisionOutput>
{
    private readonly ClipVisionEmbeddings embeddings;
    private readonly LayerNorm preNorm, postNorm;
    private readonly ClipEncoder encoder;

    public ClipVisionTransformer(ClipVisionConfig config) : base(nameof(ClipVisionTransformer))
    {
        config.Validate();
        register_module("embeddings", embeddings = new ClipVisionEmbeddings(config));
        // The published weights spell this key so.
        register_module("pre_layrnorm", preNorm = nn.LayerNorm(config.HiddenSize, config.LayerNormEps));
        register_module("encoder", encoder = new ClipEncoder(ClipEncoderShape.Of(config)));
        register_module("post_layernorm", postNorm = nn.LayerNorm(config.HiddenSize, config.LayerNormEps));
    }

    /// <param name="pixels">Normalised pixels [B, 3, S, S].</param>
    public override ClipVisionOutput forward(Tensor pixels)
    {
        var states = encoder.call(preNorm.call(embeddings.call(pixels)), null);
        return new ClipVisionOutput(states[^1], postNorm.call(states[^1].select(1, 0)), states);
    }
}

/// <summary>A strided convolution cuts the patches; the class token goes first.</summary>
internal sealed class ClipVisionEmbeddings : NamedModule<Tensor, Tensor>
{
    private readonly ClipVisionConfig config;
    private readonly Conv2d patches;
    private readonly Embedding positions;

    public ClipVisionEmbeddings(ClipVisionConfig config) : base(nameof(ClipVisionEmbeddings))
    {
        this.config = config;
        register_parameter("class_embedding", new Parameter(zeros(config.HiddenSize)));
        register_module("patch_embedding", patches = new Conv2d(config.NumChannels, config.HiddenSize, config.PatchSize, stride: config.PatchSize, bias: false));
        register_module("position_embedding", positions = nn.Embedding(config.SequenceLength, config.HiddenSize));
    }

    public override Tensor forward(Tensor pixels)
    {
        if (pixels.dim() != 4 || pixels.shape[1] != config.NumChannels || pixels.shape[2] != config.ImageSize || pixels.shape[3] != config.ImageSize)
        {
            throw new ArgumentException(
                $"Expected pixels [batch, {config.NumChannels}, {config.ImageSize}, {config.ImageSize}], got [{string.Join(", ", pixels.shape)}]; "
                + $"{nameof(ClipImageProcessor)} makes them.", nameof(pixels));
        }
        // Looked up by name each time: converting the module's dtype or device may replace the parameter.
        var classToken = get_parameter("class_embedding")!.view(1, 1, -1).expand(pixels.shape[0], 1, -1);
        var grid = patches.call(pixels.to(patches.Weight.dtype)).flatten(2).transpose(1, 2);   // [B, patches, D]
        return cat([classToken, grid], 1) + positions.weight!;
    }
}
