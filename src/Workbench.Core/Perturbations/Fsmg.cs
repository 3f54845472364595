using Workbench.Personalization;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>
/// Fully-trained surrogate model guidance (Anti-DreamBooth, Van Le et al. 2023): a DreamBooth model is trained on clean references, then
/// frozen; the pictures climb its training loss. With several models it is E-FSMG, with a target T-FSMG.
/// </summary>
/// <param name="options">The settings.</param>
public sealed class Fsmg(FsmgOptions options) : SurrogatePerturbation(options switch { { TargetWeight: > 0 } => "t-fsmg", { Models: > 1 } => "e-fsmg", _ => "fsmg" }, options)
{
    private readonly FsmgOptions options = options;

    /// <inheritdoc/>
    protected override SurrogateAttack Rules(
        Tensor original, PerturbationContext context, Seed seed, IProgress<PerturbationProgress>? progress, CancellationToken cancellationToken) =>
        options.TargetWeight > 0 ? TargetTerm.Rules(context, original, options.TargetWeight, options.CompatNegTimestep) : new SurrogateAttack();

    /// <inheritdoc/>
    protected override Tensor Perturb(
        Tensor original, PerturbationContext context, Seed seed, IProgress<PerturbationProgress>? progress, CancellationToken cancellationToken)
    {
        var members = Members(context, options.Models);
        var work = options with { Models = members.Count };
        var meter = new TurnProgress(progress, work.TotalPgdSteps, work.TotalTrainSteps);
        return Mean([.. members.Select((model, i) => Attack(original, model, MemberSeed(seed, i), meter, cancellationToken))]);
    }

    private Tensor Attack(Tensor original, PerturbationContext context, Seed seed, TurnProgress meter, CancellationToken cancellationToken)
    {
        var rules = Rules(original, context, seed.For("rules"), meter, cancellationToken);
        using var setup = new SurrogateSetup(context, options.Surrogate, options.Compat, original, seed.For("setup"), cancellationToken);
        using var surrogate = setup.Open(seed.For("surrogate"));
        surrogate.Train(setup.CleanLatents, options.Surrogate.MaxTrainSteps, meter.Trained, cancellationToken);
        var ascent = context.Ascent(Budget, options.StepSize, options.PgdSteps);
        return surrogate.Attack(ascent, rules, original, original, seed.For("perturb"), meter, cancellationToken);
    }
}

/// <summary>Settings of <see cref="Fsmg"/>.</summary>
public sealed record FsmgOptions : IPerturbationOptions
{
    /// <summary>The bound; the paper's 11/255.</summary>
    public LinfBudget Budget { get; init; } = LinfBudget.Of255(11);

    /// <summary>Step size; a tenth of the bound.</summary>
    public LinfBudget StepSize { get; init; } = LinfBudget.Of255(1.1);

    /// <summary>Projected gradient steps.</summary>
    public int PgdSteps { get; init; } = 100;

    /// <summary>How the surrogate is trained; prompts come from the context.</summary>
    public DreamBoothConfig Surrogate { get; init; } = DreamBoothConfig.Paper with { TrainBatchSize = 2 };

    /// <summary>Models attacked each by itself; the result is the mean of theirs (E-FSMG).</summary>
    public int Models { get; init; } = 1;

    /// <summary>Weight of the distance to the target (T-FSMG); 0 = untargeted.</summary>
    public double TargetWeight { get; init; }

    /// <summary>Departures of the reference code in the surrogates.</summary>
    public SurrogateCompat Compat { get; init; } = SurrogateCompat.Off;

    /// <summary>As released, with a target: the timestep before 0 wraps to the last. Ours starts at 1.</summary>
    public bool CompatNegTimestep { get; init; }

    /// <summary>Projected gradient steps in all.</summary>
    public int TotalPgdSteps => PgdSteps * Models;

    /// <summary>Surrogate training steps in all.</summary>
    public int TotalTrainSteps => Surrogate.MaxTrainSteps * Models;

    /// <summary>The paper's budget with Anti-DreamBooth's numbers.</summary>
    public static FsmgOptions Paper { get; } = new();

    /// <summary>E-FSMG with the numbers of Anti-DreamBooth's ensemble script: three models, 60 training steps, 12 of the attack.</summary>
    public static FsmgOptions PaperEnsemble { get; } = Paper with { Models = 3, PgdSteps = 12, Surrogate = Paper.Surrogate with { MaxTrainSteps = 60 } };

    /// <summary>The mini world: its own DreamBooth settings for the surrogate.</summary>
    public static FsmgOptions MiniWorld { get; } = new() { Surrogate = DreamBoothConfig.MiniWorld };

    /// <summary>Seconds on a CPU.</summary>
    public static FsmgOptions Smoke { get; } = new() { PgdSteps = 4, StepSize = LinfBudget.Of255(5.5), Surrogate = DreamBoothConfig.Smoke };

    /// <summary>E-FSMG in the mini world: a third of the steps for each of three models, so that the ensemble takes as many as FSMG does.</summary>
    public static FsmgOptions MiniWorldEnsemble { get; } = MiniWorld with { Models = 3, PgdSteps = 34, Surrogate = MiniWorld.Surrogate with { MaxTrainSteps = 54 } };

    /// <summary>E-FSMG: three models, all else as it stands.</summary>
    public FsmgOptions AsEnsemble() => this with { Models = 3 };

    /// <summary>T-FSMG: the reference's weight of the target term.</summary>
    public FsmgOptions WithTarget() => this with { TargetWeight = 1 };

    /// <summary>These settings with another budget, the step size scaled along.</summary>
    public FsmgOptions WithBudget(LinfBudget budget) =>
        this with { StepSize = LinfBudget.Of255(StepSize.Levels * budget.Levels / Budget.Levels), Budget = budget };

    /// <summary>Checks the numbers.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Names the property.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(PgdSteps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Models, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(TargetWeight);
        Surrogate.Validate();
    }
}
