using Workbench.Imaging;
using Workbench.Models.Clip;
using Workbench.Models.CodeFormer;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Purification;

/// <summary>Restores faces with CodeFormer.</summary>
/// <remarks>
/// Without a locator the whole picture counts as the aligned face (the published program's mode for aligned faces): it is resized to the
/// network's size and back. With one, every face is aligned, restored and pasted back, and a picture without a face stays as it is. The
/// published program enlarges twofold as well; here the size is kept.
/// </remarks>
/// <seealso href="notebooks/01-defense-pipeline.ipynb">Explained in notebook 01.</seealso>
public sealed class CodeFormerPurifier : BatchPurifier, IDifferentiablePurifier
{
    private readonly CodeFormerModel model;
    private readonly CodeFormerOptions options;
    private readonly IFaceLocator? locator;

    /// <summary>Makes the purifier.</summary>
    /// <param name="model">The network; stays the caller's.</param>
    /// <param name="options">Defaults to <see cref="CodeFormerOptions.Paper"/>.</param>
    /// <param name="locator">Finds faces in photos that are not aligned; null where they are.</param>
    public CodeFormerPurifier(CodeFormerModel model, CodeFormerOptions? options = null, IFaceLocator? locator = null)
    {
        (this.model, this.locator) = (model, locator);
        this.options = options ?? CodeFormerOptions.Paper;
        this.options.Validate();
    }

    /// <inheritdoc/>
    public override string Name => "code";

    /// <inheritdoc/>
    protected override int BatchSize => 1;

    /// <inheritdoc/>
    /// <remarks>The gradient takes the ways that the published network cuts off: through the encoder features, and straight through the choice of codes. With a locator, the identity's.</remarks>
    public Tensor PurifyDifferentiably(Tensor unit, Seed seed, CancellationToken cancellationToken = default) => locator is null
        ? Restored(unit, differentiable: true).to(unit.device)
        : GradientPath.StraightThrough(unit, TensorScope.Inference(() => WithFaces(unit, locator).to(unit.device)));

    /// <inheritdoc/>
    protected override Tensor Apply(Tensor pixels, IReadOnlyList<Seed> seeds, CancellationToken cancellationToken) =>
        locator is null ? Restored(pixels, differentiable: false).cpu() : WithFaces(pixels, locator);

    private Tensor WithFaces(Tensor pixels, IFaceLocator faces) => EachImage(pixels, image =>
    {
        foreach (var face in faces.Locate(image))
        {
            var alignment = face.Alignment(model.Config.ImgSize);
            using var aligned = ImageBatch.FromImages([FaceWarp.Align(image, alignment, model.Config.ImgSize)]);
            using var pasted = TensorScope.Inference(() => Restored(aligned.Unit, differentiable: false).cpu());
            using var restored = ImageBatch.FromUnit(pasted);
            image = FaceWarp.Paste(image, restored.Image(0), alignment);
        }
        return image;
    });

    private Tensor Restored(Tensor pixels, bool differentiable)
    {
        var (height, width, size) = ((int)pixels.size(2), (int)pixels.size(3), model.Config.ImgSize);
        var weight = model.parameters().First();
        var input = (Resized(pixels, size, size) * 2 - 1).to(weight.dtype, weight.device);
        var restored = model.Restore(input, options.FidelityWeight, options.AdaptiveInstanceNormalization, detachEncoder: !differentiable).Image.to(pixels.dtype);
        return Resized(((restored + 1) / 2).clamp(0, 1), width, height);
    }

    private static Tensor Resized(Tensor pixels, int width, int height) => pixels.size(3) == width && pixels.size(2) == height ? pixels
        : GradientPath.EachImage(pixels, image => image.Resize(width, height, Resampling.Bilinear),
            soft: x => TensorResize.Resize(x, height, width, Resampling.Bilinear));
}
