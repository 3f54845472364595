using System.Text.Json.Serialization;

namespace Workbench.Models.Clip;

/// <summary>Shape of a CLIP text encoder; the fields and defaults of a transformers <c>CLIPTextConfig</c>.</summary>
/// <remarks>Stable Diffusion 1.x: hidden 768, 12 layers, 12 heads, quick_gelu. 2.x: hidden 1024, 23 layers, 16 heads, gelu.</remarks>
public sealed record ClipTextConfig
{
    /// <summary>Number of tokens in the vocabulary.</summary>
    public int VocabSize { get; init; } = 49408;

    /// <summary>Width of the residual stream.</summary>
    public int HiddenSize { get; init; } = 512;

    /// <summary>Width inside the feed-forward block.</summary>
    public int IntermediateSize { get; init; } = 2048;

    /// <summary>Width of the joint image-text space.</summary>
    public int ProjectionDim { get; init; } = 512;

    /// <summary>Number of transformer layers.</summary>
    public int NumHiddenLayers { get; init; } = 12;

    /// <summary>Number of attention heads; divides <see cref="HiddenSize"/>.</summary>
    public int NumAttentionHeads { get; init; } = 8;

    /// <summary>Longest prompt in tokens, both ends included.</summary>
    public int MaxPositionEmbeddings { get; init; } = 77;

    /// <summary>Non-linearity of the feed-forward block.</summary>
    [JsonConverter(typeof(ClipActivationConverter))]
    public ClipActivation HiddenAct { get; init; } = ClipActivation.QuickGelu;

    /// <summary>Epsilon of every layer norm.</summary>
    public double LayerNormEps { get; init; } = 1e-5;

    /// <summary>Dropout on attention weights while training.</summary>
    public double AttentionDropout { get; init; }

    /// <summary>Standard deviation of the token embedding of a fresh model.</summary>
    public double InitializerRange { get; init; } = 0.02;

    /// <summary>Factor on every standard deviation of a fresh model.</summary>
    public double InitializerFactor { get; init; } = 1.0;

    /// <summary>Id of the padding token as the config states it; the tokenizer folder decides what is padded with.</summary>
    public int? PadTokenId { get; init; } = 1;

    /// <summary>Id of <c>&lt;|startoftext|&gt;</c>.</summary>
    public int? BosTokenId { get; init; } = 49406;

    /// <summary>
    /// Id of <c>&lt;|endoftext|&gt;</c>, where the prompt is pooled. The legacy value 2 (all published Stable Diffusion 1.x and 2.x
    /// folders) means: pool at the first position of the highest id.
    /// </summary>
    public int? EosTokenId { get; init; } = 49407;

    /// <summary>Throws when the fields contradict each other.</summary>
    /// <exception cref="ArgumentException">Names the field.</exception>
    public void Validate()
    {
        if (NumAttentionHeads < 1 || HiddenSize % NumAttentionHeads != 0)
            throw new ArgumentException($"hidden_size {HiddenSize} must be a multiple of num_attention_heads {NumAttentionHeads}.");
        if (VocabSize < 1 || NumHiddenLayers < 1 || MaxPositionEmbeddings < 2)
            throw new ArgumentException("vocab_size and num_hidden_layers must be positive, max_position_embeddings at least 2.");
    }
}
