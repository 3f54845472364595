using TorchSharp;
using TorchSharp.Modules;
using Workbench.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Workbench.Models.SuperResolution;

/// <summary>The generator of ESRGAN and Real-ESRGAN: a trunk of residual-in-residual dense blocks, then two doublings.</summary>
/// <remarks>
/// Wang et al. 2018 (ESRGAN) and Wang et al. 2021 (Real-ESRGAN). State keys as in BasicSR (<c>body.0.rdb1.conv1.weight</c>). The
/// network always enlarges by four; scales 2 and 1 first fold 2×2 or 4×4 pixels into channels (pixel unshuffle).
/// </remarks>
public sealed class RrdbNet : SuperResolutionNetwork
{
    private readonly Conv2d convFirst, convBody, convUp1, convUp2, convHr, convLast;
    private readonly ResidualInResidualDenseBlock[] body;

    /// <summary>Builds the network with random weights.</summary>
    /// <exception cref="InvalidDataException">The config asks for what the architecture does not know.</exception>
    public RrdbNet(RrdbNetConfig config) : base(nameof(RrdbNet))
    {
        config.Validate();
        Config = config;
        var feat = config.NumFeat;
        convFirst = Add("conv_first", config.NumInCh * SizeMultiple * SizeMultiple, feat);
        body = [.. Enumerable.Range(0, config.NumBlock).Select(_ => new ResidualInResidualDenseBlock(feat, config.NumGrowCh))];
        register_module("body", ModuleList(body));
        convBody = Add("conv_body", feat, feat);
        convUp1 = Add("conv_up1", feat, feat);
        convUp2 = Add("conv_up2", feat, feat);
        convHr = Add("conv_hr", feat, feat);
        convLast = Add("conv_last", feat, config.NumOutCh);
    }

    /// <summary>The shape of this network.</summary>
    public RrdbNetConfig Config { get; }

    /// <inheritdoc/>
    public override int Scale => Config.Scale;

    /// <inheritdoc/>
    public override int SizeMultiple => 4 / Config.Scale;

    /// <summary>Reads a folder with <c>config.json</c> and <c>model.safetensors</c>, in evaluation mode.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="device">Device to compute on; null means the CPU.</param>
    /// <exception cref="Workbench.Weights.WeightsException">A file is missing, damaged, or does not fit; names the file.</exception>
    public static RrdbNet FromPretrained(string folder, Device? device = null) => NetworkFolder.Load(folder, (RrdbNetConfig config) => new RrdbNet(config), device);

    /// <inheritdoc/>
    public override void SavePretrained(string folder, ScalarType? castFloatsTo = null) => NetworkFolder.Save(folder, this, Config, castFloatsTo);

    /// <summary>The bare network, pixels in [0,1] without a final clamp.</summary>
    /// <param name="input"><c>[B, 3, H, W]</c>; H and W multiples of <see cref="SizeMultiple"/>.</param>
    /// <returns><c>[B, 3, H*Scale, W*Scale]</c>.</returns>
    public override Tensor forward(Tensor input) => TensorScope.Chain(input,
    [
        First, x => x + convBody.call(Body(x)), x => LeakyRelu(convUp1.call(Double(x))), x => LeakyRelu(convUp2.call(Double(x))), x => LeakyRelu(convHr.call(x)), convLast.call,
    ]);

    /// <summary>The blocks alone: <c>[B, NumFeat, H/SizeMultiple, W/SizeMultiple]</c> before and after.</summary>
    internal Tensor Body(Tensor features) => TensorScope.Chain(features, body.Select(block => (Func<Tensor, Tensor>)block.call));

    /// <summary>Folds pixels into channels where the scale asks for it, and convolves for the first time.</summary>
    internal Tensor First(Tensor input) => convFirst.call(SizeMultiple == 1 ? input : functional.pixel_unshuffle(input, SizeMultiple));

    private Conv2d Add(string name, int inChannels, int outChannels)
    {
        var conv = new Conv2d(inChannels, outChannels, 3, padding: 1);
        register_module(name, conv);
        return conv;
    }

    private static Tensor Double(Tensor x) => functional.interpolate(x, scale_factor: [2.0, 2.0], mode: InterpolationMode.Nearest);

    private static Tensor LeakyRelu(Tensor x) => functional.leaky_relu(x, 0.2);
}
