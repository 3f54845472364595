using TorchSharp;
using Workbench.Imaging;
using static TorchSharp.torch;

namespace Workbench.Models.SuperResolution;

/// <summary>A network that enlarges a picture by a whole factor: the common face of every upscaler.</summary>
/// <remarks><c>forward</c> is the bare network in its own pixel range; <see cref="Upscale"/> is what callers want.</remarks>
public abstract class SuperResolutionNetwork : NamedModule<Tensor, Tensor>
{
    /// <summary>Names the module.</summary>
    protected SuperResolutionNetwork(string name) : base(name)
    {
    }

    /// <summary>Factor by which <see cref="Upscale"/> enlarges height and width.</summary>
    public abstract int Scale { get; }

    /// <summary>The value of white in the network's own pixel range: 1 or 255.</summary>
    public virtual double WhiteLevel => 1.0;

    /// <summary>Height and width that <c>forward</c> takes must be multiples of this.</summary>
    public virtual int SizeMultiple => 1;

    /// <summary>Enlarges pictures of any size; differentiable but for the final clamp.</summary>
    /// <param name="pixels"><c>[B, 3, H, W]</c>, float, pixels in [0,1].</param>
    /// <returns><c>[B, 3, H*Scale, W*Scale]</c>, pixels in [0,1].</returns>
    public Tensor Upscale(Tensor pixels)
    {
        var (height, width) = (pixels.size(2), pixels.size(3));
        var input = EdgePadding.ToMultiple(pixels, SizeMultiple);
        var output = (call(input * WhiteLevel) / WhiteLevel).clamp(0, 1);
        return EdgePadding.CutBack(output, height * Scale, width * Scale);
    }

    /// <summary>Writes <c>config.json</c> and <c>model.safetensors</c> into <paramref name="folder"/>.</summary>
    /// <param name="folder">Created where missing.</param>
    /// <param name="castFloatsTo">Stored float type; null keeps float32.</param>
    public abstract void SavePretrained(string folder, ScalarType? castFloatsTo = null);
}
