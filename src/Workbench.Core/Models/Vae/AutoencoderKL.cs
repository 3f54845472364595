using TorchSharp;
using TorchSharp.Modules;
using Workbench.Models.Blocks;
using Workbench.Weights;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Workbench.Models.Vae;

/// <summary>
/// The variational autoencoder between pixels and the latents in which diffusion happens
/// (Rombach et al. 2022; diffusers <c>AutoencoderKL</c>, whose state-dict keys and config.json it shares).
/// </summary>
/// <remarks>No method applies <see cref="AutoencoderKLConfig.ScalingFactor"/>; pipelines and trainers do.</remarks>
public sealed class AutoencoderKL : NamedModule<Tensor, Tensor>
{
    private readonly VaeEncoder encoder;
    private readonly VaeDecoder decoder;
    private readonly Conv2d? quantConv, postQuantConv;

    /// <summary>Builds the network with fresh weights.</summary>
    public AutoencoderKL(AutoencoderKLConfig config) : base(nameof(AutoencoderKL))
    {
        config.Validate();
        Config = config;
        register_module("encoder", encoder = new VaeEncoder(config));
        register_module("decoder", decoder = new VaeDecoder(config));
        long moments = 2 * config.LatentChannels;
        if (config.UseQuantConv) register_module("quant_conv", quantConv = new Conv2d(moments, moments, 1));
        if (config.UsePostQuantConv) register_module("post_quant_conv", postQuantConv = new Conv2d(config.LatentChannels, config.LatentChannels, 1));
    }

    /// <summary>The configuration.</summary>
    public AutoencoderKLConfig Config { get; }

    /// <summary>Loads config.json and the weights of a diffusers component folder, in evaluation mode.</summary>
    /// <param name="folder">For example <c>vae/</c> of a model folder.</param>
    /// <param name="dtype">Precision to compute in; null means float32.</param>
    /// <param name="device">Device to compute on; null means the CPU.</param>
    /// <exception cref="WeightsException">A file is missing, damaged, or does not fit; names the file.</exception>
    public static AutoencoderKL FromPretrained(string folder, ScalarType? dtype = null, Device? device = null) =>
        DiffusersFolder.Load(folder, (AutoencoderKLConfig config) => new AutoencoderKL(config), LoadOptions.Vae, dtype, device);

    /// <summary>Writes config.json and diffusion_pytorch_model.safetensors, loadable by diffusers.</summary>
    /// <param name="folder">Created when missing.</param>
    /// <param name="dtype">Precision to store; null keeps the model's.</param>
    public void SavePretrained(string folder, ScalarType? dtype = null) => DiffusersFolder.Save(this, Config, folder, dtype);

    /// <summary>Pixels [B, 3, H, W] in [-1,1] → posterior over latents [B, latent, H/f, W/f].</summary>
    public DiagonalGaussian Encode(Tensor pixels)
    {
        var moments = encoder.forward(pixels);
        return DiagonalGaussian.FromMoments(quantConv?.forward(moments) ?? moments);
    }

    /// <summary>Latents [B, latent, h, w], unscaled → pixels [B, 3, f·h, f·w], about [-1,1], not clamped.</summary>
    public Tensor Decode(Tensor latents) => decoder.forward(postQuantConv?.forward(latents) ?? latents);

    /// <summary>Reconstruction through the posterior's mode: [B, 3, H, W] in [-1,1] → the same shape where f divides H and W.</summary>
    public override Tensor forward(Tensor pixels) => Decode(Encode(pixels).Mode);
}
