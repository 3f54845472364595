using TorchSharp;
using Workbench.Pipelines;
using Workbench.Schedulers;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>
/// PhotoGuard's diffusion attack (Salman et al. 2023): differentiates a short guided sampling run from the picture to its result, and drives
/// the result to grey.
/// </summary>
/// <remarks>
/// The reference samples with an inpainting model, which sees the picture at every step, and moves within an ℓ2 ball in its demo. Here any
/// text-to-image model serves: the run starts from the noised latents half way (<see cref="DiffusionAttackOptions.Strength"/>); the ball is ℓ∞. A
/// mask comes from the context.
/// </remarks>
/// <param name="options">The settings.</param>
public sealed class DiffusionAttack(DiffusionAttackOptions options) : Perturbation("photoguard-diffusion", options)
{
    private readonly DiffusionAttackOptions options = options;

    /// <inheritdoc/>
    protected override Tensor Perturb(
        Tensor original, PerturbationContext context, Seed seed, IProgress<PerturbationProgress>? progress, CancellationToken cancellationToken)
    {
        var pipeline = context.Pipeline;
        using var frozen = new FrozenModules(pipeline.Vae, pipeline.UNet, pipeline.TextEncoder);
        var states = TensorScope.Inference(() => pipeline.EncodePrompt(["", context.AttackPrompt]));
        var scheduler = new DdimScheduler(pipeline.Scheduler.Config with
        {
            ClassName = "DDIMScheduler", ClipSample = false, SetAlphaToOne = false, TimestepSpacing = TimestepSpacing.Leading, StepsOffset = 1,
        }, new StepOptions { Eta = options.Eta });
        scheduler.SetTimesteps((int)Math.Round(options.SamplingSteps / options.Strength));
        var ascent = context.Ascent(Budget, options.StepSize, options.Steps) with { Direction = AttackDirection.Descend, Samples = options.Repeats * context.Samples };
        return ascent.Run(original, original, (pixels, draws) => Sample(pipeline, scheduler, states, pixels, draws).pow(2).mean(), seed, progress, cancellationToken);
    }

    private Tensor Sample(StableDiffusionPipeline pipeline, DdimScheduler scheduler, Tensor states, Tensor pixels, RandomStream draws)
    {
        var count = pixels.shape[0];
        var first = scheduler.Timesteps.Count - options.SamplingSteps;
        var posterior = pipeline.EncodeImages(pixels);
        var latents = posterior.Sample(draws.NormalLike(posterior.Mean));
        var current = scheduler.AddNoise(latents, draws.NormalLike(latents), first);
        var both = states.repeat_interleave(count, 0);                                    // [2N, T, D]: unconditional first
        for (var i = first; i < scheduler.Timesteps.Count; i++)
        {
            var time = tensor(scheduler.Timesteps[i], dtype: ScalarType.Float32, device: pixels.device);
            var predicted = pipeline.UNet.forward(cat([current, current], 0).to(both.dtype), time, both).to(current.dtype);
            var output = Guidance.Combine(predicted, options.GuidanceScale);
            current = scheduler.Step(output, i, current, scheduler.NeedsNoise ? draws.NormalLike(current) : null).PrevSample;
        }
        return pipeline.DecodeLatents(current);
    }
}

/// <summary>Settings of <see cref="DiffusionAttack"/>.</summary>
public sealed record DiffusionAttackOptions : IPerturbationOptions
{
    /// <summary>The bound; PhotoGuard's ℓ∞ setting is 0.1 of [-1,1], 12.75/255.</summary>
    public LinfBudget Budget { get; init; } = LinfBudget.Of255(11);

    /// <summary>Step size; PhotoGuard's is 0.06 of its bound.</summary>
    public LinfBudget StepSize { get; init; } = LinfBudget.Of255(0.66);

    /// <summary>Gradient steps.</summary>
    public int Steps { get; init; } = 200;

    /// <summary>Sampling runs whose gradients are averaged a step.</summary>
    public int Repeats { get; init; } = 10;

    /// <summary>Steps of a sampling run that are differentiated.</summary>
    public int SamplingSteps { get; init; } = 4;

    /// <summary>Where the run starts, in (0, 1]; 1 is pure noise, through which hardly a gradient comes.</summary>
    public double Strength { get; init; } = 0.5;

    /// <summary>Guidance of the run.</summary>
    public double GuidanceScale { get; init; } = 7.5;

    /// <summary>DDIM's η.</summary>
    public double Eta { get; init; } = 1;

    /// <summary>PhotoGuard's numbers at the paper's budget.</summary>
    public static DiffusionAttackOptions Paper { get; } = new();

    /// <summary>The mini world: fewer and larger steps, two runs each.</summary>
    public static DiffusionAttackOptions MiniWorld { get; } = new() { Steps = 30, Repeats = 2, StepSize = LinfBudget.Of255(1.1) };

    /// <summary>Seconds on a CPU.</summary>
    public static DiffusionAttackOptions Smoke { get; } = new() { Steps = 3, Repeats = 2, SamplingSteps = 2, StepSize = LinfBudget.Of255(3) };

    /// <summary>These settings with another budget, the step size scaled along.</summary>
    public DiffusionAttackOptions WithBudget(LinfBudget budget) =>
        this with { StepSize = LinfBudget.Of255(StepSize.Levels * budget.Levels / Budget.Levels), Budget = budget };

    /// <summary>Checks the numbers.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Names the property.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Repeats, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(SamplingSteps, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Strength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Strength, 1);
    }
}
