using TorchSharp;
using TorchSharp.Modules;
using Workbench.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Workbench.Models.SuperResolution;

/// <summary>The small Real-ESRGAN network: plain convolutions at low resolution, one pixel shuffle, plus the enlarged input.</summary>
/// <remarks>Wang et al. 2021 (Real-ESRGAN), released as <c>realesr-general-x4v3</c> and <c>realesr-animevideov3</c>; keys <c>body.N</c>.</remarks>
public sealed class SrvggNetCompact : SuperResolutionNetwork
{
    private readonly List<Module<Tensor, Tensor>> body = [];

    /// <summary>Builds the network with random weights.</summary>
    /// <exception cref="InvalidDataException">The config asks for what the architecture does not know.</exception>
    public SrvggNetCompact(SrvggNetCompactConfig config) : base(nameof(SrvggNetCompact))
    {
        config.Validate();
        Config = config;
        var channels = config.NumInCh;
        for (var i = 0; i <= config.NumConv; i++)
        {
            body.Add(new Conv2d(channels, config.NumFeat, 3, padding: 1));
            body.Add(Activation(config));
            channels = config.NumFeat;
        }
        body.Add(new Conv2d(channels, config.NumOutCh * config.Upscale * config.Upscale, 3, padding: 1));
        register_module("body", ModuleList([.. body]));
    }

    /// <summary>The shape of this network.</summary>
    public SrvggNetCompactConfig Config { get; }

    /// <inheritdoc/>
    public override int Scale => Config.Upscale;

    /// <summary>Reads a folder with <c>config.json</c> and <c>model.safetensors</c>, in evaluation mode.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="device">Device to compute on; null means the CPU.</param>
    /// <exception cref="Workbench.Weights.WeightsException">A file is missing, damaged, or does not fit; names the file.</exception>
    public static SrvggNetCompact FromPretrained(string folder, Device? device = null) => NetworkFolder.Load(folder, (SrvggNetCompactConfig config) => new SrvggNetCompact(config), device);

    /// <inheritdoc/>
    public override void SavePretrained(string folder, ScalarType? castFloatsTo = null) => NetworkFolder.Save(folder, this, Config, castFloatsTo);

    /// <summary>The bare network, pixels in [0,1] without a final clamp.</summary>
    /// <param name="input"><c>[B, 3, H, W]</c>.</param>
    /// <returns><c>[B, 3, H*Scale, W*Scale]</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        var x = TensorScope.Chain(input, body.Select(layer => (Func<Tensor, Tensor>)layer.call));
        var enlarged = functional.interpolate(input, scale_factor: [(double)Scale, Scale], mode: InterpolationMode.Nearest);
        return functional.pixel_shuffle(x, Scale) + enlarged;
    }

    private static Module<Tensor, Tensor> Activation(SrvggNetCompactConfig config) => config.ActType switch
    {
        "prelu" => PReLU(config.NumFeat),
        "leakyrelu" => LeakyReLU(0.1),
        _ => ReLU(),
    };
}
