using Workbench.Imaging;
using Workbench.Models.Clip;
using Workbench.Pipelines;
using Workbench.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Workbench.Purification;

/// <summary>Super-resolution with Stable Diffusion's upscaler: shrink (512 to 128), and let latent diffusion enlarge again.</summary>
/// <remarks>The second half of the paper's CodeSR at real scale. Sides that the factor does not divide are padded and cut back.</remarks>
/// <param name="pipeline">The upscaler; stays the caller's.</param>
/// <param name="options">Defaults to <see cref="DiffusionUpscalingOptions.Paper"/>.</param>
/// <param name="name">What a chain calls it: <c>sr</c>, or <c>ldmsr</c> where <c>sr</c> is a network.</param>
/// <seealso href="notebooks/05-paper-tables.ipynb">Explained in notebook 05.</seealso>
public sealed class DiffusionUpscaling(StableDiffusionUpscalePipeline pipeline, DiffusionUpscalingOptions? options = null, string name = "sr")
    : BatchPurifier, IDifferentiablePurifier
{
    private readonly DiffusionUpscalingOptions options = options ?? DiffusionUpscalingOptions.Paper;

    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    protected override int BatchSize => 1;

    /// <inheritdoc/>
    /// <remarks>Backwards as shrinking and enlarging without a network, since detail that is shrunk away cannot come back through one.</remarks>
    public Tensor PurifyDifferentiably(Tensor unit, Seed seed, CancellationToken cancellationToken = default) =>
        GradientPath.StraightThrough(options.Shrink ? Shrunk(unit) : unit, GradientPath.Purified(this, unit, seed, cancellationToken));

    private Tensor Shrunk(Tensor unit)
    {
        var padded = EdgePadding.ToMultiple(unit, pipeline.Scale);
        int height = (int)padded.size(2), width = (int)padded.size(3);
        var small = TensorResize.Resize(padded, height / pipeline.Scale, width / pipeline.Scale, Resampling.Bicubic);
        return EdgePadding.CutBack(TensorResize.Resize(small, height, width, Resampling.Bicubic), unit.size(2), unit.size(3));
    }

    /// <inheritdoc/>
    protected override Tensor Apply(Tensor pixels, IReadOnlyList<Seed> seeds, CancellationToken cancellationToken)
    {
        var (height, width, factor) = ((int)pixels.size(2), (int)pixels.size(3), options.Shrink ? pipeline.Scale : 1);
        var padded = EdgePadding.ToMultiple(pixels, factor);
        var shrunk = factor == 1 ? padded : EachImage(padded, image => image.Resize(image.Width / factor, image.Height / factor, Resampling.Bicubic));
        using var input = ImageBatch.FromUnit(shrunk);
        using var output = pipeline.Upscale(new Upscaling
        {
            Images = input, Prompt = options.Prompt, NumInferenceSteps = options.Steps, GuidanceScale = options.GuidanceScale,
            NoiseLevel = options.NoiseLevel, Seeds = seeds, Overflow = PromptOverflow.Truncate,
        }, null, cancellationToken);
        return options.Shrink ? EdgePadding.CutBack(output.Unit, height, width).clone()
            : EachImage(output.Unit, image => image.Resize(width, height, Resampling.Bicubic));
    }
}
