using System.Text.Json.Serialization;

namespace Workbench.Models.Vae;

/// <summary>Configuration of <see cref="AutoencoderKL"/>, the fields of diffusers' <c>vae/config.json</c> with its defaults.</summary>
public sealed record AutoencoderKLConfig
{
    /// <summary>diffusers class name; must be <c>AutoencoderKL</c>.</summary>
    [JsonPropertyName("_class_name")]
    public string ClassName { get; init; } = nameof(AutoencoderKL);

    /// <summary>Colour channels in.</summary>
    public int InChannels { get; init; } = 3;

    /// <summary>Colour channels out.</summary>
    public int OutChannels { get; init; } = 3;

    /// <summary>Encoder blocks, highest resolution first; all must be <c>DownEncoderBlock2D</c>.</summary>
    public IReadOnlyList<string> DownBlockTypes { get; init; } = ["DownEncoderBlock2D"];

    /// <summary>Decoder blocks, lowest resolution first; all must be <c>UpDecoderBlock2D</c>.</summary>
    public IReadOnlyList<string> UpBlockTypes { get; init; } = ["UpDecoderBlock2D"];

    /// <summary>Channels of each level, highest resolution first.</summary>
    public IReadOnlyList<int> BlockOutChannels { get; init; } = [64];

    /// <summary>Residual blocks a level in the encoder; the decoder has one more.</summary>
    public int LayersPerBlock { get; init; } = 1;

    /// <summary>Activation; must be <c>silu</c>.</summary>
    public string ActFn { get; init; } = "silu";

    /// <summary>Latent channels.</summary>
    public int LatentChannels { get; init; } = 4;

    /// <summary>Groups of every group norm.</summary>
    public int NormNumGroups { get; init; } = 32;

    /// <summary>Picture side the model was trained at, pixels.</summary>
    public int SampleSize { get; init; } = 32;

    /// <summary>Factor on latents before diffusion, so that they have unit variance (spec §1.2: 0.18215 for SD).</summary>
    public double ScalingFactor { get; init; } = 0.18215;

    /// <summary>Subtracted from latents before scaling; null = 0.</summary>
    public double? ShiftFactor { get; init; }

    /// <summary>1×1 convolution after the encoder.</summary>
    public bool UseQuantConv { get; init; } = true;

    /// <summary>1×1 convolution before the decoder.</summary>
    public bool UsePostQuantConv { get; init; } = true;

    /// <summary>Self-attention in the middle blocks.</summary>
    public bool MidBlockAddAttention { get; init; } = true;

    /// <summary>Pixels a side for one latent.</summary>
    [JsonIgnore]
    public int SpatialFactor => 1 << (BlockOutChannels.Count - 1);

    /// <summary>Checks the fields against what this implementation supports.</summary>
    /// <exception cref="NotSupportedException">A class, block or activation is unknown; the message names field and value.</exception>
    public void Validate()
    {
        Require(ClassName == nameof(AutoencoderKL), "_class_name", ClassName, nameof(AutoencoderKL));
        foreach (var type in DownBlockTypes) Require(type == "DownEncoderBlock2D", "down_block_types", type, "DownEncoderBlock2D");
        foreach (var type in UpBlockTypes) Require(type == "UpDecoderBlock2D", "up_block_types", type, "UpDecoderBlock2D");
        Require(ActFn is "silu" or "swish", "act_fn", ActFn, "silu");
        Require(DownBlockTypes.Count == BlockOutChannels.Count && UpBlockTypes.Count == BlockOutChannels.Count,
            "block_out_channels", $"{BlockOutChannels.Count} levels", $"{DownBlockTypes.Count} down and {UpBlockTypes.Count} up blocks");
        foreach (var channels in BlockOutChannels)
            Require(NormNumGroups > 0 && channels % NormNumGroups == 0, "norm_num_groups", $"{NormNumGroups}", $"a divisor of {channels} channels");
    }

    private static void Require(bool holds, string field, string value, string expected)
    {
        if (!holds) throw new NotSupportedException($"AutoencoderKL config: {field} is '{value}', expected {expected}.");
    }
}
