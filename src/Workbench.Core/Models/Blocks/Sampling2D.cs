using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Workbench.Models.Blocks;

/// <summary>Halves the resolution by a strided convolution.</summary>
internal sealed class Downsample2D : NamedModule<Tensor, Tensor>
{
    private readonly Conv2d conv;
    private readonly bool padRightAndBottomOnly;

    /// <param name="channels">Channels in and out.</param>
    /// <param name="padding">1 in the UNet; 0 in the VAE encoder, which pads right and bottom only.</param>
    public Downsample2D(long channels, long padding) : base(nameof(Downsample2D))
    {
        padRightAndBottomOnly = padding == 0;
        register_module("conv", conv = new Conv2d(channels, channels, 3, stride: 2, padding: padding));
    }

    /// <summary>[B, C, H, W] → [B, C, ⌈H/2⌉, ⌈W/2⌉] (VAE: ⌊·⌋).</summary>
    public override Tensor forward(Tensor x) => conv.forward(padRightAndBottomOnly ? functional.pad(x, [0, 1, 0, 1]) : x);
}

/// <summary>Nearest-neighbour upsampling, then a convolution.</summary>
internal sealed class Upsample2D : NamedModule<Tensor, Tensor>
{
    private readonly Conv2d conv;

    public Upsample2D(long channels) : base(nameof(Upsample2D)) =>
        register_module("conv", conv = new Conv2d(channels, channels, 3, padding: 1));

    /// <summary>[B, C, H, W] → [B, C, 2H, 2W].</summary>
    public override Tensor forward(Tensor x) => To(x, x.shape[2] * 2, x.shape[3] * 2);

    /// <summary>To the exact size of the skip connection met next: with odd sizes that is not a factor of two.</summary>
    public Tensor To(Tensor x, long height, long width) =>
        conv.forward(functional.interpolate(x, size: [height, width], mode: InterpolationMode.Nearest));
}
