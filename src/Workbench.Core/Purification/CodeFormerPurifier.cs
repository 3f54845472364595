using Workbench.Imaging;
using Workbench.Models.Clip;
using Workbench.Models.CodeFormer;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Purification;

/// <summary>Restores faces with CodeFormer.</summary>
/// <remarks>
/// The whole picture counts as the aligned face (the published program's mode for aligned faces): there is no face detector, no
/// paste-back and no enlarged background, so frame the face before. The picture is resized to the network's size and back.
/// </remarks>
public sealed class CodeFormerPurifier : BatchPurifier, IDifferentiablePurifier
{
    private readonly CodeFormerModel model;
    private readonly CodeFormerOptions options;

    /// <summary>Makes the purifier.</summary>
    /// <param name="model">The network; stays the caller's.</param>
    /// <param name="options">Defaults to <see cref="CodeFormerOptions.Paper"/>.</param>
    public CodeFormerPurifier(CodeFormerModel model, CodeFormerOptions? options = null)
    {
        this.model = model;
        this.options = options ?? CodeFormerOptions.Paper;
        this.options.Validate();
    }

    /// <inheritdoc/>
    public override string Name => "code";

    /// <inheritdoc/>
    protected override int BatchSize => 1;

    /// <inheritdoc/>
    /// <remarks>The gradient takes the way through the encoder features, which the published network cuts off; the codes count as constant.</remarks>
    public Tensor PurifyDifferentiably(Tensor unit, Seed seed) => Restored(unit, differentiable: true);

    /// <inheritdoc/>
    protected override Tensor Apply(Tensor pixels, IReadOnlyList<Seed> seeds, CancellationToken cancellationToken) =>
        Restored(pixels, differentiable: false).cpu();

    private Tensor Restored(Tensor pixels, bool differentiable)
    {
        var (height, width, size) = ((int)pixels.size(2), (int)pixels.size(3), model.Config.ImgSize);
        var input = Resized(pixels, size, size).to(model.parameters().First().device) * 2 - 1;
        var restored = model.Restore(input, options.FidelityWeight, options.AdaptiveInstanceNormalization, detachEncoder: !differentiable).Image;
        return Resized(((restored + 1) / 2).clamp(0, 1), width, height);
    }

    private static Tensor Resized(Tensor pixels, int width, int height) => pixels.size(3) == width && pixels.size(2) == height ? pixels
        : GradientPath.EachImage(pixels, image => image.Resize(width, height, Resampling.Bilinear),
            soft: x => TensorResize.Resize(x, height, width, Resampling.Bilinear));
}
