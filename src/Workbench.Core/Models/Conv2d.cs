using TorchSharp;
using TorchSharp.Modules;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Models;

/// <summary>
/// A convolution over pictures with the parameters and initial weights of <c>torch.nn.Conv2d</c>, computed so that it is right on every processor
/// (<see cref="OneDnn.Convolve"/>).
/// </summary>
internal sealed class Conv2d : NamedModule<Tensor, Tensor>
{
    private readonly bool hasBias;
    private readonly long[] stride, padding;

    /// <summary>A layer whose weights are drawn anew.</summary>
    public Conv2d(long inChannels, long outChannels, long kernel, long stride = 1, long padding = 0, bool bias = true) : base(nameof(Conv2d))
    {
        (hasBias, this.stride, this.padding) = (bias, [stride, stride], [padding, padding]);
        register_parameter("weight", new Parameter(nn.init.kaiming_uniform_(empty(outChannels, inChannels, kernel, kernel), Math.Sqrt(5))));
        if (!bias) return;
        var bound = 1 / Math.Sqrt(inChannels * kernel * kernel);
        register_parameter("bias", new Parameter(nn.init.uniform_(empty(outChannels), -bound, bound)));
    }

    /// <summary>[outChannels, inChannels, kernel, kernel]; looked up by name each time, since converting the module's dtype or device may replace the parameter.</summary>
    public Tensor Weight => get_parameter("weight")!;

    /// <summary>[B, inChannels, H, W] → [B, outChannels, H', W'].</summary>
    public override Tensor forward(Tensor input) => OneDnn.Convolve(input, Weight, hasBias ? get_parameter("bias") : null, stride, padding);
}
