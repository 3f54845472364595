using TorchSharp;
using TorchSharp.Modules;
using Workbench.Models.Blocks;
using Workbench.Tensors;
using Workbench.Weights;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Workbench.Models.UNet;

/// <summary>
/// The denoising network ε̂(z_t, t, τ(c)) of latent diffusion (Rombach et al. 2022; diffusers <c>UNet2DConditionModel</c>, whose
/// state-dict keys and config.json it shares).
/// </summary>
public sealed class UNet2DConditionModel : NamedModule<Tensor, Tensor, Tensor, Tensor?, Tensor>
{
    private readonly Conv2d convIn, convOut;
    private readonly TimestepEmbedding timeEmbedding;
    private readonly Module<Tensor, Tensor>? classEmbedding;
    private readonly ModuleList<UNetDownBlock> downBlocks;
    private readonly UNetMidBlock midBlock;
    private readonly ModuleList<UNetUpBlock> upBlocks;
    private readonly GroupNorm normOut;

    /// <summary>Builds the network with fresh weights.</summary>
    public UNet2DConditionModel(UNet2DConditionConfig config) : base(nameof(UNet2DConditionModel))
    {
        config.Validate();
        Config = config;
        var channels = config.BlockOutChannels;
        long timeEmbedDim = 4 * channels[0];
        register_module("conv_in", convIn = new Conv2d(config.InChannels, channels[0], 3, padding: 1));
        register_module("time_embedding", timeEmbedding = new TimestepEmbedding(channels[0], timeEmbedDim));
        classEmbedding = config switch
        {
            { ClassEmbedType: "timestep" } => new TimestepEmbedding(channels[0], timeEmbedDim),
            { ClassEmbedType: null, NumClassEmbeds: { } count } => Embedding(count, timeEmbedDim),
            _ => null,
        };
        if (classEmbedding is not null) register_module("class_embedding", classEmbedding);
        var levels = Enumerable.Range(0, channels.Count).ToArray();
        register_module("down_blocks", downBlocks = ModuleList([.. levels.Select(i => new UNetDownBlock(config, i, timeEmbedDim))]));
        register_module("mid_block", midBlock = new UNetMidBlock(config, timeEmbedDim));
        register_module("up_blocks", upBlocks = ModuleList([.. levels.Select(i => new UNetUpBlock(config, i, timeEmbedDim))]));
        register_module("conv_norm_out", normOut = Norms.Group(config.NormNumGroups, channels[0], config.NormEps));
        register_module("conv_out", convOut = new Conv2d(channels[0], config.OutChannels, 3, padding: 1));
    }

    /// <summary>The configuration.</summary>
    public UNet2DConditionConfig Config { get; }

    /// <summary>Loads config.json and the weights of a diffusers component folder, in evaluation mode.</summary>
    /// <param name="folder">For example <c>unet/</c> of a model folder.</param>
    /// <param name="dtype">Precision to compute in; null means float32.</param>
    /// <param name="device">Device to compute on; null means the CPU.</param>
    /// <exception cref="WeightsException">A file is missing, damaged, or does not fit; names the file.</exception>
    public static UNet2DConditionModel FromPretrained(string folder, ScalarType? dtype = null, Device? device = null) =>
        DiffusersFolder.Load(folder, (UNet2DConditionConfig config) => new UNet2DConditionModel(config), LoadOptions.Strict, dtype, device);

    /// <summary>Writes config.json and diffusion_pytorch_model.safetensors, loadable by diffusers.</summary>
    /// <param name="folder">Created when missing.</param>
    /// <param name="dtype">Precision to store; null keeps the model's.</param>
    public void SavePretrained(string folder, ScalarType? dtype = null) => DiffusersFolder.Save(this, Config, folder, dtype);

    /// <summary>Predicts the noise (or velocity: the scheduler's config knows which).</summary>
    /// <param name="sample">Noisy latents [B, in, h, w].</param>
    /// <param name="timesteps">Scalar or [B]; integer or float; 0 … 999.</param>
    /// <param name="encoderHiddenStates">Text states [B, T, cross_attention_dim].</param>
    /// <param name="classLabels">[B] noise levels or labels; required exactly when the config has a class embedding.</param>
    /// <returns>[B, out, h, w], the dtype of <paramref name="sample"/>.</returns>
    public override Tensor forward(Tensor sample, Tensor timesteps, Tensor encoderHiddenStates, Tensor? classLabels = null) => TensorScope.Run(() =>
    {
        var embedding = Embed(sample, timesteps, classLabels);
        var skips = new Stack<Tensor>();
        var x = convIn.forward(sample);
        skips.Push(x);
        foreach (var block in downBlocks) x = block.Forward(x, embedding, encoderHiddenStates, skips);
        x = midBlock.Forward(x, embedding, encoderHiddenStates);
        foreach (var block in upBlocks) x = block.Forward(x, embedding, encoderHiddenStates, skips);
        return convOut.forward(functional.silu(normOut.forward(x)));
    });

    private Tensor Embed(Tensor sample, Tensor timesteps, Tensor? classLabels)
    {
        var batch = sample.shape[0];
        var t = (timesteps.dim() == 0 ? timesteps.unsqueeze(0) : timesteps).expand(batch).to(sample.device);
        var embedding = timeEmbedding.forward(Features(t, sample.dtype));
        var wantsLabels = classEmbedding is not null || Config.ClassEmbedType == "identity";
        if (wantsLabels != classLabels is not null)
            throw new ArgumentException(wantsLabels
                ? "This UNet has a class embedding: pass classLabels [B]."
                : "This UNet has no class embedding: classLabels must be null.", nameof(classLabels));
        return classLabels is null ? embedding : embedding + EmbedLabels(classLabels, sample);
    }

    private Tensor EmbedLabels(Tensor labels, Tensor sample) => classEmbedding switch
    {
        null => labels.to(sample.dtype),
        TimestepEmbedding perceptron => perceptron.forward(Features(labels, sample.dtype)),
        var table => table.forward(labels),
    };

    private Tensor Features(Tensor t, ScalarType dtype) =>
        TimestepFeatures.Compute(t, Config.BlockOutChannels[0], Config.FlipSinToCos, Config.FreqShift).to(dtype);
}
