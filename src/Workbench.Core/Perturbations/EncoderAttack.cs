using TorchSharp;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>Where the encoder attack drives the latents.</summary>
public enum EncoderGoal
{
    /// <summary>To zero, as PhotoGuard does.</summary>
    Zero,

    /// <summary>As far as possible from the clean picture's latents.</summary>
    AwayFromClean,
}

/// <summary>
/// PhotoGuard's encoder attack (Salman et al. 2023): moves the autoencoder's latent mean to a target; no UNet is needed.
/// </summary>
/// <remarks>The step falls linearly to a hundredth, as in the reference; the random start is clipped to the pixel range there only later.</remarks>
/// <param name="options">The settings.</param>
/// <seealso href="notebooks/00-start-here.ipynb">Explained in notebook 00.</seealso>
public sealed class EncoderAttack(EncoderAttackOptions options) : Perturbation("encoder", options)
{
    private readonly EncoderAttackOptions options = options;

    /// <inheritdoc/>
    protected override Tensor Perturb(
        Tensor original, PerturbationContext context, Seed seed, IProgress<PerturbationProgress>? progress, CancellationToken cancellationToken)
    {
        var vae = context.Pipeline.Vae;
        using var frozen = new FrozenModules(vae);
        var away = options.Goal == EncoderGoal.AwayFromClean;
        var target = TensorScope.Inference(() =>
        {
            var clean = vae.Encode(original).Mean;
            return away ? clean : zeros_like(clean);
        });
        var ascent = context.Ascent(Budget, options.StepSize, options.Steps) with
        {
            FinalStepFraction = 0.01,
            RandomStart = true,
            Direction = away ? AttackDirection.Ascend : AttackDirection.Descend,
        };
        return ascent.Run(original, original, (pixels, _) => PixelLoss.Encoder(vae, pixels, target), seed, progress, cancellationToken);
    }
}

/// <summary>Settings of <see cref="EncoderAttack"/>.</summary>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public sealed record EncoderAttackOptions : IPerturbationOptions
{
    /// <summary>The bound.</summary>
    public LinfBudget Budget { get; init; } = LinfBudget.Of255(11);

    /// <summary>First step size; PhotoGuard's demo takes a third of the bound.</summary>
    public LinfBudget StepSize { get; init; } = LinfBudget.Of255(11.0 / 3);

    /// <summary>Gradient steps.</summary>
    public int Steps { get; init; } = 1000;

    /// <summary>Where the latents are driven.</summary>
    public EncoderGoal Goal { get; init; } = EncoderGoal.Zero;

    /// <summary>PhotoGuard's demo settings at the paper's budget of 11/255.</summary>
    public static EncoderAttackOptions Paper { get; } = new();

    /// <summary>The mini world, where the loss is flat after 40 steps.</summary>
    public static EncoderAttackOptions MiniWorld { get; } = new() { Steps = 40 };

    /// <summary>Seconds on a CPU.</summary>
    public static EncoderAttackOptions Smoke { get; } = new() { Steps = 4 };

    /// <summary>These settings with another budget, the step size scaled along.</summary>
    public EncoderAttackOptions WithBudget(LinfBudget budget) =>
        this with { StepSize = LinfBudget.Of255(StepSize.Levels * budget.Levels / Budget.Levels), Budget = budget };

    /// <inheritdoc/>
    public void Validate() => ArgumentOutOfRangeException.ThrowIfLessThan(Steps, 1);
}
