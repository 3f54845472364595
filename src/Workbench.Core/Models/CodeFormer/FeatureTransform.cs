using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Workbench.Models.CodeFormer;

/// <summary>Controllable feature transformation: bends decoder features by encoder features, with weight <c>w</c> (equation 5).</summary>
internal sealed class FeatureTransform : NamedModule<Tensor, Tensor, double, Tensor>
{
    private readonly ResBlock encode;
    private readonly Sequential scale, shift;

    internal FeatureTransform(int channels, int outChannels, int groups) : base(nameof(FeatureTransform))
    {
        register_module("encode_enc", encode = new ResBlock(2 * channels, outChannels, groups));
        register_module("scale", scale = Head(channels, outChannels));
        register_module("shift", shift = Head(channels, outChannels));
    }

    /// <summary>All feature maps are <c>[B, C, h, w]</c>.</summary>
    public override Tensor forward(Tensor encoderFeatures, Tensor decoderFeatures, double w)
    {
        var joint = encode.call(cat([encoderFeatures, decoderFeatures], 1));
        return decoderFeatures + (decoderFeatures * scale.call(joint) + shift.call(joint)) * w;
    }

    private static Sequential Head(int channels, int outChannels) => Sequential(
        ("0", new Conv2d(channels, outChannels, 3, padding: 1)),
        ("1", LeakyReLU(0.2)),
        ("2", new Conv2d(outChannels, outChannels, 3, padding: 1)));
}
