using System.Text.Json.Serialization;
using Workbench.Models.Blocks;

namespace Workbench.Models.UNet;

/// <summary>Configuration of <see cref="UNet2DConditionModel"/>, the fields of diffusers' <c>unet/config.json</c> with its defaults.</summary>
public sealed record UNet2DConditionConfig
{
    /// <summary>diffusers class name; must be <c>UNet2DConditionModel</c>.</summary>
    [JsonPropertyName("_class_name")]
    public string ClassName { get; init; } = nameof(UNet2DConditionModel);

    /// <summary>Latent side the model was trained at; null where not recorded.</summary>
    public int? SampleSize { get; init; }

    /// <summary>Input channels (4 latents; 7 in the ×4 upscaler).</summary>
    public int InChannels { get; init; } = 4;

    /// <summary>Output channels.</summary>
    public int OutChannels { get; init; } = 4;

    /// <summary>Timestep features: cosine before sine.</summary>
    public bool FlipSinToCos { get; init; } = true;

    /// <summary>Shift of the timestep frequencies.</summary>
    public double FreqShift { get; init; }

    /// <summary><c>CrossAttnDownBlock2D</c> or <c>DownBlock2D</c>, highest resolution first.</summary>
    public IReadOnlyList<string> DownBlockTypes { get; init; } =
        ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"];

    /// <summary>Must be <c>UNetMidBlock2DCrossAttn</c>.</summary>
    public string MidBlockType { get; init; } = "UNetMidBlock2DCrossAttn";

    /// <summary><c>UpBlock2D</c> or <c>CrossAttnUpBlock2D</c>, lowest resolution first.</summary>
    public IReadOnlyList<string> UpBlockTypes { get; init; } =
        ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"];

    /// <summary>Attention to the text only, without self-attention (the ×4 upscaler).</summary>
    public PerLevel<bool> OnlyCrossAttention { get; init; } = false;

    /// <summary>Kept for who reads the file: diffusers does not hand it to this middle block, which always attends to itself too.</summary>
    public bool? MidBlockOnlyCrossAttention { get; init; }

    /// <summary>Channels of each level, highest resolution first.</summary>
    public IReadOnlyList<int> BlockOutChannels { get; init; } = [320, 640, 1280, 1280];

    /// <summary>Residual blocks a level; the way up has one more.</summary>
    public PerLevel<int> LayersPerBlock { get; init; } = 2;

    /// <summary>Padding of the down-sampling convolution; must be 1.</summary>
    public int DownsamplePadding { get; init; } = 1;

    /// <summary>Activation; must be <c>silu</c>.</summary>
    public string ActFn { get; init; } = "silu";

    /// <summary>Groups of every group norm.</summary>
    public int NormNumGroups { get; init; } = 32;

    /// <summary>Eps of the residual blocks' norms.</summary>
    public double NormEps { get; init; } = 1e-5;

    /// <summary>Width of the text states.</summary>
    public int CrossAttentionDim { get; init; } = 1280;

    /// <summary>Transformer blocks a spatial transformer.</summary>
    public PerLevel<int> TransformerLayersPerBlock { get; init; } = 1;

    /// <summary>The NUMBER of heads (a historical naming slip of diffusers), once or a level.</summary>
    public PerLevel<int> AttentionHeadDim { get; init; } = 8;

    /// <summary>The number of heads where a config states it under this name; wins over <see cref="AttentionHeadDim"/>.</summary>
    public PerLevel<int>? NumAttentionHeads { get; init; }

    /// <summary>Linear instead of 1×1-convolution projections around the transformer blocks (SD2.x).</summary>
    public bool UseLinearProjection { get; init; }

    /// <summary>null, <c>timestep</c> or <c>identity</c>.</summary>
    public string? ClassEmbedType { get; init; }

    /// <summary>Size of the class embedding table (the ×4 upscaler's noise levels); null: none.</summary>
    public int? NumClassEmbeds { get; init; }

    /// <summary>
    /// Asks for attention in float32 where the model is smaller. Read and kept, but not asked: products of float16 queries and keys are computed in float32 in every model, those of
    /// bfloat16, whose range is float32's, never; diffusers' fused attention does not ask either.
    /// </summary>
    public bool UpcastAttention { get; init; }

    /// <summary>Must be <c>default</c>.</summary>
    public string ResnetTimeScaleShift { get; init; } = "default";

    /// <summary>Number of heads at <paramref name="level"/>.</summary>
    public int Heads(int level) => (NumAttentionHeads ?? AttentionHeadDim)[level];

    /// <summary>Checks the fields against what this implementation supports.</summary>
    /// <exception cref="NotSupportedException">A class, block or option is unknown; the message names field and value.</exception>
    public void Validate()
    {
        Require(ClassName == nameof(UNet2DConditionModel), "_class_name", ClassName, nameof(UNet2DConditionModel));
        foreach (var type in DownBlockTypes)
            Require(type is "CrossAttnDownBlock2D" or "DownBlock2D", "down_block_types", type, "CrossAttnDownBlock2D or DownBlock2D");
        foreach (var type in UpBlockTypes)
            Require(type is "CrossAttnUpBlock2D" or "UpBlock2D", "up_block_types", type, "CrossAttnUpBlock2D or UpBlock2D");
        Require(MidBlockType == "UNetMidBlock2DCrossAttn", "mid_block_type", MidBlockType, "UNetMidBlock2DCrossAttn");
        Require(ActFn is "silu" or "swish", "act_fn", ActFn, "silu");
        Require(ResnetTimeScaleShift == "default", "resnet_time_scale_shift", ResnetTimeScaleShift, "default");
        Require(ClassEmbedType is null or "timestep" or "identity", "class_embed_type", ClassEmbedType ?? "null", "null, timestep or identity");
        Require(DownsamplePadding == 1, "downsample_padding", $"{DownsamplePadding}", "1");
        Require(DownBlockTypes.Count == BlockOutChannels.Count && UpBlockTypes.Count == BlockOutChannels.Count,
            "block_out_channels", $"{BlockOutChannels.Count} levels", $"{DownBlockTypes.Count} down and {UpBlockTypes.Count} up blocks");
        foreach (var channels in BlockOutChannels)
            Require(NormNumGroups > 0 && channels % NormNumGroups == 0, "norm_num_groups", $"{NormNumGroups}", $"a divisor of {channels} channels");
    }

    private static void Require(bool holds, string field, string value, string expected)
    {
        if (!holds) throw new NotSupportedException($"UNet2DConditionModel config: {field} is '{value}', expected {expected}.");
    }
}
