using TorchSharp;
using TorchSharp.Modules;
using Workbench.Models.Blocks;
using Workbench.Tensors;
using Workbench.Weights;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Workbench.Models.PixelDiffusion;

/// <summary>The pixel-space denoising network of guided-diffusion (openai <c>UNetModel</c>), with its public state keys.</summary>
/// <remarks>
/// Dhariwal and Nichol 2021. Pixels in [-1,1]; it predicts the noise and, with learned sigma, where the log-variance lies between its
/// bounds (Nichol and Dhariwal 2021, equation 15). Normalisation runs in the module's own precision.
/// </remarks>
public sealed class GuidedDiffusionUNet : NamedModule<Tensor, Tensor, Tensor?, Tensor>
{
    private readonly Linear time0, time2;
    private readonly Embedding? labels;
    private readonly List<GuidedStage> down = [], up = [];
    private readonly GuidedStage middle;
    private readonly GroupNorm normOut;
    private readonly Conv2d convOut;

    /// <summary>Builds the network with fresh weights.</summary>
    /// <exception cref="NotSupportedException">The config asks for what the architecture does not know.</exception>
    public GuidedDiffusionUNet(GuidedDiffusionConfig config) : base(nameof(GuidedDiffusionUNet))
    {
        config.Validate();
        Config = config;
        long embedding = 4 * config.NumChannels;
        (time0, time2) = (Linear(config.NumChannels, embedding), Linear(embedding, embedding));
        register_module("time_embed", Sequential(("0", time0), ("2", time2)));
        if (config.ClassCond) register_module("label_emb", labels = Embedding(config.NumClasses, embedding));
        var skips = BuildWayDown();
        var lowest = skips.Peek();
        middle = new GuidedStage(new GuidedResBlock(config, lowest, lowest), new GuidedAttention(config, lowest, up: false), new GuidedResBlock(config, lowest, lowest));
        BuildWayUp(skips, lowest);
        register_module("input_blocks", ModuleList([.. down]));
        register_module("middle_block", middle);
        register_module("output_blocks", ModuleList([.. up]));
        normOut = Norms.Group(config.NormNumGroups, config.ChannelsAt(0), 1e-5);
        convOut = Zero.Fill(new Conv2d(config.ChannelsAt(0), config.LearnSigma ? 2 * config.InChannels : config.InChannels, 3, padding: 1));
        register_module("out", Sequential(("0", normOut), ("2", convOut)));
    }

    /// <summary>The configuration.</summary>
    public GuidedDiffusionConfig Config { get; }

    /// <summary>Loads <c>config.json</c> and <c>diffusion_pytorch_model.safetensors</c> (or a single <c>.pt</c>) of a folder, in evaluation mode.</summary>
    /// <param name="folder">For example <c>pixel_diffusion/</c> of a model folder.</param>
    /// <param name="dtype">Precision to compute in; null means float32.</param>
    /// <param name="device">Device to compute on; null means the CPU.</param>
    /// <exception cref="WeightsException">A file is missing, damaged, or does not fit; names the file.</exception>
    public static GuidedDiffusionUNet FromPretrained(string folder, ScalarType? dtype = null, Device? device = null)
    {
        const string Usual = WeightFiles.Diffusers + ".safetensors";
        var published = WeightFiles.FindSingle(folder, Usual) is var path && Path.GetFileName(path) != Usual ? path : null;
        return DiffusersFolder.Load(folder, (GuidedDiffusionConfig config) => new GuidedDiffusionUNet(config), LoadOptions.Strict, dtype, device, published);
    }

    /// <summary>Loads a checkpoint file as published, for example <c>256x256_diffusion_uncond.pt</c>, in evaluation mode.</summary>
    /// <param name="path">A torch checkpoint or safetensors file; read without executing anything.</param>
    /// <param name="config">Its shape; null for <see cref="GuidedDiffusionConfig.Paper"/>.</param>
    /// <param name="dtype">Precision to compute in; null means float32.</param>
    /// <param name="device">Device to compute on; null means the CPU.</param>
    /// <exception cref="WeightsException">The file is damaged or does not fit.</exception>
    /// <exception cref="NotSupportedException">The config asks for what the architecture does not know.</exception>
    public static GuidedDiffusionUNet FromCheckpoint(string path, GuidedDiffusionConfig? config = null, ScalarType? dtype = null, Device? device = null)
    {
        var model = new GuidedDiffusionUNet(config ?? GuidedDiffusionConfig.Paper);
        if (dtype is { } type) model.to(type);
        if (device is not null) model.to(device);
        StateDict.LoadInto(model, path);
        model.eval();
        return model;
    }

    /// <summary>Writes <c>config.json</c> and <c>diffusion_pytorch_model.safetensors</c>.</summary>
    /// <param name="folder">Created when missing.</param>
    /// <param name="dtype">Precision to store; null keeps the model's.</param>
    public void SavePretrained(string folder, ScalarType? dtype = null) => DiffusersFolder.Save(this, Config, folder, dtype);

    /// <summary>Predicts noise and variance.</summary>
    /// <param name="sample">Noisy pixels [B, 3, H, W] in about [-1,1]; sides are multiples of 2^(levels-1).</param>
    /// <param name="timesteps">[B] or one element: timesteps of the training chain.</param>
    /// <param name="classLabels">[B] int64; required exactly when the config has classes.</param>
    /// <returns>[B, 6, H, W]: noise, then the variance's place in [-1,1]; [B, 3, H, W] without learned sigma.</returns>
    public override Tensor forward(Tensor sample, Tensor timesteps, Tensor? classLabels = null)
    {
        if (labels is not null != classLabels is not null)
            throw new ArgumentException($"This network takes {(labels is null ? "no" : "")} class labels.", nameof(classLabels));
        var t = (timesteps.dim() == 0 ? timesteps.unsqueeze(0) : timesteps).expand(sample.shape[0]).to(sample.device);
        var precision = parameters().First().dtype; // as in the reference: pictures stay in their own
        var features = TimestepFeatures.Compute(t, Config.NumChannels, flipSinToCos: true, frequencyShift: 0).to(precision);
        var embedding = time2.forward(functional.silu(time0.forward(features)));
        if (labels is not null) embedding = embedding + labels.weight!.index_select(0, classLabels!.to(sample.device));
        // A scope a stage: at 256 pixels the states inside the stages would add up to gigabytes.
        var (x, skips) = (sample.to(precision), new Stack<Tensor>());
        foreach (var stage in down)
        {
            var before = x;
            skips.Push(x = TensorScope.Run(() => stage.forward(before, embedding)));
        }
        x = TensorScope.Run(() => middle.forward(x, embedding));
        foreach (var stage in up)
        {
            var before = x;
            x = TensorScope.Run(() => stage.forward(cat([before, skips.Pop()], 1), embedding));
        }
        return convOut.forward(functional.silu(normOut.forward(x))).to(sample.dtype);
    }

    /// <summary>Returns the channels of every state that the way up will meet again.</summary>
    private Stack<int> BuildWayDown()
    {
        var channels = Config.ChannelsAt(0);
        var skips = new Stack<int>([channels]);
        down.Add(new GuidedStage(new Conv2d(Config.InChannels, channels, 3, padding: 1)));
        for (var level = 0; level < Config.Multipliers.Count; level++)
        {
            for (var i = 0; i < Config.NumResBlocks; i++)
            {
                var block = new GuidedResBlock(Config, channels, channels = Config.ChannelsAt(level));
                down.Add(Config.HasAttention(level) ? new GuidedStage(block, new GuidedAttention(Config, channels, up: false)) : new GuidedStage(block));
                skips.Push(channels);
            }
            if (level == Config.Multipliers.Count - 1) continue;
            down.Add(new GuidedStage(Resample(channels, Resolution.Halve)));
            skips.Push(channels);
        }
        return skips;
    }

    private void BuildWayUp(Stack<int> skips, int channels)
    {
        for (var level = Config.Multipliers.Count - 1; level >= 0; level--)
        {
            for (var i = 0; i <= Config.NumResBlocks; i++)
            {
                List<nn.Module> parts = [new GuidedResBlock(Config, channels + skips.Pop(), Config.ChannelsAt(level))];
                channels = Config.ChannelsAt(level);
                if (Config.HasAttention(level)) parts.Add(new GuidedAttention(Config, channels, up: true));
                if (level > 0 && i == Config.NumResBlocks) parts.Add(Resample(channels, Resolution.Double));
                up.Add(new GuidedStage([.. parts]));
            }
        }
    }

    private nn.Module Resample(int channels, Resolution resolution) => Config.ResblockUpdown
        ? new GuidedResBlock(Config, channels, channels, resolution)
        : new GuidedResample(channels, resolution, Config.ConvResample);
}
