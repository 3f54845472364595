using TorchSharp;
using Workbench.Personalization;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>
/// Fully-trained surrogate model guidance (Anti-DreamBooth, Van Le et al. 2023): a DreamBooth model is trained on clean references, then
/// frozen; the pictures climb its training loss.
/// </summary>
public sealed class Fsmg : Perturbation
{
    private readonly FsmgOptions options;

    /// <summary>The method with the given settings.</summary>
    public Fsmg(FsmgOptions options)
    {
        options.Surrogate.Validate();
        this.options = options;
    }

    /// <inheritdoc/>
    public override string Name => "fsmg";

    /// <inheritdoc/>
    public override LinfBudget Budget => options.Budget;

    /// <inheritdoc/>
    public override object Settings => options;

    /// <inheritdoc/>
    protected override Tensor Perturb(
        Tensor original, PerturbationContext context, Seed seed, IProgress<PerturbationProgress>? progress, CancellationToken cancellationToken)
    {
        var vae = context.Pipeline.Vae;
        var config = Surrogate.ConfigFor(context, options.Surrogate);
        using var classLatents = Surrogate.ClassLatents(context, cancellationToken);
        using var cleanLatents = context.CleanReferences is { } references
            ? LatentCache.Encode(vae, references, cancellationToken)
            : LatentCache.Encode(vae, original, cancellationToken);
        using var surrogate = new Surrogate(context, config, classLatents, seed.For("surrogate"));
        var trained = 0;
        surrogate.Train(cleanLatents, config.MaxTrainSteps,
            loss => progress?.Report(new PerturbationProgress("train surrogate", ++trained, config.MaxTrainSteps, loss)), cancellationToken);
        var ascent = new ProjectedGradient { Budget = Budget, StepSize = options.StepSize, Steps = options.PgdSteps };
        return surrogate.Attack(ascent, original, original, seed.For("perturb"), progress, cancellationToken);
    }
}

/// <summary>Settings of <see cref="Fsmg"/>.</summary>
public sealed record FsmgOptions
{
    /// <summary>The bound; the paper's 11/255.</summary>
    public LinfBudget Budget { get; init; } = LinfBudget.Of255(11);

    /// <summary>Step size; a tenth of the bound.</summary>
    public LinfBudget StepSize { get; init; } = LinfBudget.Of255(1.1);

    /// <summary>Projected gradient steps.</summary>
    public int PgdSteps { get; init; } = 100;

    /// <summary>How the surrogate is trained; prompts come from the context.</summary>
    public DreamBoothConfig Surrogate { get; init; } = DreamBoothConfig.Paper with { TrainBatchSize = 2 };

    /// <summary>The paper's budget with Anti-DreamBooth's numbers.</summary>
    public static FsmgOptions Paper { get; } = new();

    /// <summary>The mini world: its own DreamBooth settings for the surrogate.</summary>
    public static FsmgOptions MiniWorld { get; } = new() { Surrogate = DreamBoothConfig.MiniWorld };

    /// <summary>Seconds on a CPU.</summary>
    public static FsmgOptions Smoke { get; } = new() { PgdSteps = 4, StepSize = LinfBudget.Of255(5.5), Surrogate = DreamBoothConfig.Smoke };

    /// <summary>These settings with another budget, the step size scaled along.</summary>
    public FsmgOptions WithBudget(LinfBudget budget) =>
        this with { StepSize = LinfBudget.Of255(StepSize.Levels * budget.Levels / Budget.Levels), Budget = budget };
}
