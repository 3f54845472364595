using System.Text.Json.Serialization;

namespace Workbench.Models.PixelDiffusion;

/// <summary>Shape of a <see cref="GuidedDiffusionUNet"/> and the chain it was trained on; keys are the flags of guided-diffusion's scripts.</summary>
/// <remarks>Dhariwal and Nichol 2021, "Diffusion Models Beat GANs on Image Synthesis", table 4.</remarks>
public sealed record GuidedDiffusionConfig
{
    /// <summary>The public unconditional ImageNet model of 256×256 pixels (<c>256x256_diffusion_uncond.pt</c>), which the pixel purifiers use.</summary>
    public static GuidedDiffusionConfig Paper { get; } = new();

    /// <summary>The mini world's model: four levels, attention at 16 and 8, about 3 million parameters.</summary>
    public static GuidedDiffusionConfig MiniWorld { get; } = new()
    {
        ImageSize = 64, NumChannels = 32, NumResBlocks = 1, ChannelMult = [1, 2, 3, 3], AttentionResolutions = [16, 8], NumHeadChannels = 32, NormNumGroups = 16,
    };

    /// <summary>Kind of network.</summary>
    [JsonPropertyName("_class_name")]
    public string ClassName { get; init; } = nameof(GuidedDiffusionUNet);

    /// <summary>Height and width the model was trained at; a fully convolutional network takes others too.</summary>
    public int ImageSize { get; init; } = 256;

    /// <summary>Channels of a picture.</summary>
    public int InChannels { get; init; } = 3;

    /// <summary>Channels at multiplier 1.</summary>
    public int NumChannels { get; init; } = 256;

    /// <summary>Residual blocks in a level of the way down; one more on the way up.</summary>
    public int NumResBlocks { get; init; } = 2;

    /// <summary>Channel multipliers, highest resolution first; null takes guided-diffusion's table for <see cref="ImageSize"/>.</summary>
    public IReadOnlyList<double>? ChannelMult { get; init; }

    /// <summary>Resolutions (at <see cref="ImageSize"/>) whose levels have self-attention.</summary>
    public IReadOnlyList<int> AttentionResolutions { get; init; } = [32, 16, 8];

    /// <summary>Attention heads where <see cref="NumHeadChannels"/> is -1.</summary>
    public int NumHeads { get; init; } = 4;

    /// <summary>Channels of a head; -1 fixes <see cref="NumHeads"/> instead.</summary>
    public int NumHeadChannels { get; init; } = 64;

    /// <summary>Heads on the way up where <see cref="NumHeadChannels"/> is -1; -1 as below.</summary>
    public int NumHeadsUpsample { get; init; } = -1;

    /// <summary>Splits q, k, v before the heads rather than after.</summary>
    public bool UseNewAttentionOrder { get; init; }

    /// <summary>The time embedding scales and shifts the normalised features, rather than being added to them.</summary>
    public bool UseScaleShiftNorm { get; init; } = true;

    /// <summary>Residual blocks change the resolution, rather than plain convolutions.</summary>
    public bool ResblockUpdown { get; init; } = true;

    /// <summary>Without <see cref="ResblockUpdown"/>: convolve when the resolution changes.</summary>
    public bool ConvResample { get; init; } = true;

    /// <summary>The network predicts the variance too: twice as many output channels.</summary>
    public bool LearnSigma { get; init; } = true;

    /// <summary>The network takes class labels.</summary>
    public bool ClassCond { get; init; }

    /// <summary>Classes of a network with <see cref="ClassCond"/>.</summary>
    public int NumClasses { get; init; } = 1000;

    /// <summary>Groups of every group normalisation.</summary>
    public int NormNumGroups { get; init; } = 32;

    /// <summary>Timesteps of the training chain; its schedule is linear from 0.0001 to 0.02 at 1000.</summary>
    public int DiffusionSteps { get; init; } = 1000;

    /// <summary>The multipliers in force.</summary>
    [JsonIgnore]
    public IReadOnlyList<double> Multipliers => ChannelMult ?? ImageSize switch
    {
        512 => [0.5, 1, 1, 2, 2, 4, 4],
        256 => [1, 1, 2, 2, 4, 4],
        128 => [1, 1, 2, 3, 4],
        64 => [1, 2, 3, 4],
        _ => throw new NotSupportedException($"GuidedDiffusion config: image_size {ImageSize} has no standard channel_mult; state one."),
    };

    /// <summary>Channels of a level.</summary>
    internal int ChannelsAt(int level) => (int)(Multipliers[level] * NumChannels);

    /// <summary>True when the level has self-attention.</summary>
    internal bool HasAttention(int level) => AttentionResolutions.Any(resolution => ImageSize / resolution == 1 << level);

    /// <summary>Attention heads for features of <paramref name="channels"/>.</summary>
    internal int HeadsFor(int channels, bool up)
    {
        if (NumHeadChannels < 0) return up && NumHeadsUpsample > 0 ? NumHeadsUpsample : NumHeads;
        if (channels % NumHeadChannels != 0) throw new NotSupportedException($"GuidedDiffusion config: num_head_channels {NumHeadChannels} does not divide {channels} channels.");
        return channels / NumHeadChannels;
    }

    /// <summary>Checks the values.</summary>
    /// <exception cref="NotSupportedException">A value is outside what the architecture knows; names field and value.</exception>
    public void Validate()
    {
        if (ClassName != nameof(GuidedDiffusionUNet)) throw Wrong("_class_name", ClassName, nameof(GuidedDiffusionUNet));
        if (NumChannels < 1 || NumResBlocks < 1 || InChannels < 1 || Multipliers.Count == 0) throw Wrong("counts", $"{this}", "positive numbers");
        for (var level = 0; level < Multipliers.Count; level++)
            if (NormNumGroups < 1 || ChannelsAt(level) % NormNumGroups != 0) throw Wrong("norm_num_groups", $"{NormNumGroups}", $"a divisor of {ChannelsAt(level)} channels");
        if (DiffusionSteps < 2) throw Wrong("diffusion_steps", $"{DiffusionSteps}", "at least 2");
    }

    private static NotSupportedException Wrong(string field, string value, string expected) =>
        new($"GuidedDiffusion config: {field} is '{value}', expected {expected}.");
}
