using System.Text.Json.Serialization;

namespace Workbench.Models.Clip;

/// <summary>Shape of a CLIP vision transformer; the fields and defaults of a transformers <c>CLIPVisionConfig</c>.</summary>
public sealed record ClipVisionConfig
{
    /// <summary>Width of the residual stream.</summary>
    public int HiddenSize { get; init; } = 768;

    /// <summary>Width inside the feed-forward block.</summary>
    public int IntermediateSize { get; init; } = 3072;

    /// <summary>Width of the joint image-text space.</summary>
    public int ProjectionDim { get; init; } = 512;

    /// <summary>Number of transformer layers.</summary>
    public int NumHiddenLayers { get; init; } = 12;

    /// <summary>Number of attention heads; divides <see cref="HiddenSize"/>.</summary>
    public int NumAttentionHeads { get; init; } = 12;

    /// <summary>Colour channels of a picture.</summary>
    public int NumChannels { get; init; } = 3;

    /// <summary>Side of the square input in pixels; a multiple of <see cref="PatchSize"/>.</summary>
    public int ImageSize { get; init; } = 224;

    /// <summary>Side of one patch in pixels.</summary>
    public int PatchSize { get; init; } = 32;

    /// <summary>Non-linearity of the feed-forward block.</summary>
    [JsonConverter(typeof(ClipActivationConverter))]
    public ClipActivation HiddenAct { get; init; } = ClipActivation.QuickGelu;

    /// <summary>Epsilon of every layer norm.</summary>
    public double LayerNormEps { get; init; } = 1e-5;

    /// <summary>Dropout on attention weights while training.</summary>
    public double AttentionDropout { get; init; }

    /// <summary>Standard deviation of the patch embedding of a fresh model.</summary>
    public double InitializerRange { get; init; } = 0.02;

    /// <summary>Factor on every standard deviation of a fresh model.</summary>
    public double InitializerFactor { get; init; } = 1.0;

    /// <summary>Number of tokens the transformer sees: the class token and one a patch.</summary>
    internal int SequenceLength => ImageSize / PatchSize * (ImageSize / PatchSize) + 1;

    /// <summary>Throws when the fields contradict each other.</summary>
    /// <exception cref="ArgumentException">Names the field.</exception>
    public void Validate()
    {
        if (NumAttentionHeads < 1 || HiddenSize % NumAttentionHeads != 0)
            throw new ArgumentException($"hidden_size {HiddenSize} must be a multiple of num_attention_heads {NumAttentionHeads}.");
        if (PatchSize < 1 || ImageSize < PatchSize)
            throw new ArgumentException($"image_size {ImageSize} must hold at least one patch of patch_size {PatchSize}.");
    }
}
