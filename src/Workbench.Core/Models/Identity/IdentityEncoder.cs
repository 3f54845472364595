using System.Text.Json.Serialization;
using TorchSharp;
using TorchSharp.Modules;
using Workbench.Imaging;
using Workbench.Models.Blocks;
using Workbench.Models.Clip;
using Workbench.Weights;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Workbench.Models.Identity;

/// <summary>Configuration of <see cref="IdentityEncoder"/>.</summary>
public sealed record IdentityEncoderConfig
{
    /// <summary>Must be <c>IdentityEncoder</c>.</summary>
    [JsonPropertyName("_class_name")]
    public string ClassName { get; init; } = nameof(IdentityEncoder);

    /// <summary>Side of the portraits, pixels.</summary>
    public int ImageSize { get; init; } = 64;

    /// <summary>Channels of each stage; every stage halves the resolution.</summary>
    public IReadOnlyList<int> BlockOutChannels { get; init; } = [32, 64, 96, 128];

    /// <summary>Groups of every group norm.</summary>
    public int NormNumGroups { get; init; } = 16;

    /// <summary>Length D of the embedding.</summary>
    public int EmbeddingDim { get; init; } = 128;
}

/// <summary>A small residual network from portraits to identity embeddings (the role of ArcFace, Deng et al. 2019).</summary>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public sealed class IdentityEncoder : NamedModule<Tensor, Tensor>, IIdentityEncoder
{
    private const string WeightsFile = "model.safetensors";
    private readonly Conv2d convIn;
    private readonly ModuleList<ResnetBlock2D> resnets;
    private readonly ModuleList<Downsample2D> downsamplers;
    private readonly GroupNorm normOut;
    private readonly Linear projection;

    /// <summary>Builds the network with fresh weights.</summary>
    public IdentityEncoder(IdentityEncoderConfig config) : base(nameof(IdentityEncoder))
    {
        if (config.ClassName != nameof(IdentityEncoder))
            throw new NotSupportedException($"IdentityEncoder config: _class_name is '{config.ClassName}', expected IdentityEncoder.");
        Config = config;
        var channels = config.BlockOutChannels;
        register_module("conv_in", convIn = new Conv2d(3, channels[0], 3, stride: 2, padding: 1L));
        register_module("resnets", resnets = ModuleList([.. channels.Select((c, i) =>
            new ResnetBlock2D(channels[Math.Max(i - 1, 0)], c, config.NormNumGroups, 1e-5, null))]));
        register_module("downsamplers", downsamplers = ModuleList([.. channels.Skip(1).Select((_, i) => new Downsample2D(channels[i], 1))]));
        register_module("conv_norm_out", normOut = Norms.Group(config.NormNumGroups, channels[^1], 1e-5));
        var side = config.ImageSize >> channels.Count;
        register_module("projection", projection = Linear(channels[^1] * side * side, config.EmbeddingDim));
    }

    /// <summary>The configuration.</summary>
    public IdentityEncoderConfig Config { get; }

    /// <summary>Loads config.json and model.safetensors.</summary>
    public static IdentityEncoder FromPretrained(string folder)
    {
        var encoder = new IdentityEncoder(ModelConfigFile.Read<IdentityEncoderConfig>(Path.Combine(folder, "config.json"), nameof(IdentityEncoder)));
        StateDict.LoadInto(encoder, Path.Combine(folder, WeightsFile));
        encoder.eval();
        return encoder;
    }

    /// <summary>Writes config.json and model.safetensors.</summary>
    public void SavePretrained(string folder, ScalarType? dtype = null)
    {
        Directory.CreateDirectory(folder);
        ModelConfigFile.Write(Path.Combine(folder, "config.json"), Config);
        StateDict.Save(this, Path.Combine(folder, WeightsFile), dtype);
    }

    /// <summary>[N, 3, S, S] in [-1,1] → [N, D], not normalised.</summary>
    public override Tensor forward(Tensor pixels)
    {
        if (pixels.shape[^1] != Config.ImageSize || pixels.shape[^2] != Config.ImageSize)
            throw new ArgumentException($"IdentityEncoder expects {Config.ImageSize}×{Config.ImageSize} portraits, got {pixels.shape[^1]}×{pixels.shape[^2]}.", nameof(pixels));
        var x = convIn.forward(pixels);
        for (var i = 0; i < resnets.Count; i++)
        {
            if (i > 0) x = downsamplers[i - 1].forward(x);
            x = resnets[i].forward(x, null);
        }
        return projection.forward(functional.silu(normOut.forward(x)).flatten(1));
    }

    /// <inheritdoc/>
    /// <remarks>Pictures of another size are resized to the network's, bilinear and antialiased.</remarks>
    public Tensor Embed(Tensor signedPixels)
    {
        var fits = signedPixels.shape[^1] == Config.ImageSize && signedPixels.shape[^2] == Config.ImageSize;
        var features = forward(fits ? signedPixels : TensorResize.Resize((signedPixels + 1) / 2, Config.ImageSize, Config.ImageSize, Resampling.Bilinear) * 2 - 1);
        return features / features.norm(-1, keepdim: true, p: 2);
    }
}
