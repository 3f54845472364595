using TorchSharp;
using Workbench.Imaging;
using Workbench.Pipelines;
using Workbench.Schedulers;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>
/// Glaze (Shan et al. 2023), which is closed source, after the re-implementation in IMPRESS: the latents are pulled to those of the same
/// picture in another style, while a perceptual distance stays below a bound.
/// </summary>
/// <remarks>
/// Minimises MSE(z(x+δ), z(styled x)) + α·max(d(x, x+δ) - p, 0), the maximum picture by picture, with Adam; both latents are sampled anew each step. The original has the perceptual
/// bound only; here the ℓ∞ budget holds besides, so that methods compare at one budget. d is the context's perceptual distance (the
/// original's is LPIPS with a VGG trunk), else <see cref="StructuralDistance"/>.
/// </remarks>
/// <param name="options">The settings.</param>
public sealed class Glaze(GlazeOptions options) : Perturbation("glaze", options)
{
    private readonly GlazeOptions options = options;

    /// <inheritdoc/>
    protected override Tensor Perturb(
        Tensor original, PerturbationContext context, Seed seed, IProgress<PerturbationProgress>? progress, CancellationToken cancellationToken)
    {
        var vae = context.Pipeline.Vae;
        using var styled = Styled(original, context.Pipeline, seed.For("style"), cancellationToken);
        using var frozen = new FrozenModules(vae);
        using var draws = seed.For("start").Open();
        var target = TensorScope.Inference(() => styled.ToSigned().to(original.device));
        var posterior = TensorScope.Inference(() => cat([vae.Encode(target).Mean, vae.Encode(target).Std], 1)).chunk(2, 1);
        var distance = context.PerceptualDistance ?? StructuralDistance.Of;
        using var adam = new AdamDirection();
        var ascent = context.Ascent(Budget, options.LearningRate, options.Steps) with { Direction = AttackDirection.Descend, Normalize = adam.Next, Transform = null };
        var start = original + draws.Uniform(-options.PerceptualBound, options.PerceptualBound, original.shape).to(original.device);
        return ascent.Run(original, start, (pixels, random) =>
        {
            // The bound is on the published picture, whatever becomes of it before the training.
            var latents = vae.Encode(context.Transform is { } seen ? seen(pixels, random) : pixels);
            var gap = latents.Sample(random.NormalLike(latents.Mean)) - (posterior[0] + posterior[1] * random.NormalLike(posterior[0]));
            return gap.pow(2).mean() + options.PerceptualWeight * Excess(distance, original, pixels, options.PerceptualBound);
        }, seed.For("perturb"), progress, cancellationToken);
    }

    /// <summary>Mean over the pictures of how far each is beyond the bound, a scalar: one picture's slack does not pay for another's excess.</summary>
    internal static Tensor Excess(Func<Tensor, Tensor, Tensor> distance, Tensor original, Tensor pixels, double bound) => stack(
        [.. Enumerable.Range(0, (int)original.shape[0]).Select(i => (distance(original.narrow(0, i, 1), pixels.narrow(0, i, 1)) - bound).clamp_min(0))]).mean();

    /// <summary>The pictures in another style, by image-to-image with DPM-Solver++.</summary>
    private ImageBatch Styled(Tensor original, StableDiffusionPipeline pipeline, Seed seed, CancellationToken cancellationToken)
    {
        using var images = ImageBatch.FromSigned(original);
        var solver = SchedulerFactory.FromConfig(pipeline.Scheduler.Config with { ClassName = "DPMSolverMultistepScheduler" });
        // Shares the pipeline's networks, so it is not disposed.
        var styler = new StableDiffusionPipeline(pipeline.Tokenizer, pipeline.TextEncoder, pipeline.UNet, pipeline.Vae, solver);
        return styler.Generate(new ImageToImage
        {
            Images = images, Prompts = [.. Enumerable.Repeat(options.StylePrompt, images.Count)], Strength = options.StyleStrength,
            NumInferenceSteps = options.StyleSteps, Seed = seed,
        }, cancellationToken: cancellationToken);
    }
}

/// <summary>Settings of <see cref="Glaze"/>.</summary>
public sealed record GlazeOptions : IPerturbationOptions
{
    /// <summary>The ℓ∞ bound that holds besides the perceptual one.</summary>
    public LinfBudget Budget { get; init; } = LinfBudget.Of255(11);

    /// <summary>Adam's learning rate, as a step: 0.01 of [-1,1].</summary>
    public LinfBudget LearningRate { get; init; } = LinfBudget.OfSigned(0.01);

    /// <summary>Gradient steps.</summary>
    public int Steps { get; init; } = 500;

    /// <summary>Bound p on the perceptual distance, and on the random start (as pixels in [-1,1]).</summary>
    public double PerceptualBound { get; init; } = 0.05;

    /// <summary>Weight α of the distance beyond the bound.</summary>
    public double PerceptualWeight { get; init; } = 30;

    /// <summary>The style.</summary>
    public string StylePrompt { get; init; } = "Cubism by Picasso style";

    /// <summary>How far image-to-image goes.</summary>
    public double StyleStrength { get; init; } = 0.4;

    /// <summary>Steps of image-to-image.</summary>
    public int StyleSteps { get; init; } = 50;

    /// <summary>The numbers of the README of IMPRESS.</summary>
    public static GlazeOptions Paper { get; } = new();

    /// <summary>The mini world: a style that it knows, and as many steps as its loss needs.</summary>
    public static GlazeOptions MiniWorld { get; } = new() { Steps = 100, StylePrompt = "an abstract pattern", StyleSteps = 20 };

    /// <summary>Seconds on a CPU.</summary>
    public static GlazeOptions Smoke { get; } = MiniWorld with { Steps = 4, StyleSteps = 5 };

    /// <summary>These settings with another budget; the learning rate is capped by it.</summary>
    public GlazeOptions WithBudget(LinfBudget budget) =>
        this with { Budget = budget, LearningRate = LinfBudget.Of255(Math.Min(LearningRate.Levels, budget.Levels)) };

    /// <inheritdoc/>
    public void Validate() => ArgumentOutOfRangeException.ThrowIfLessThan(Steps, 1);
}
