using Workbench.Personalization;

namespace Workbench.Perturbations;

/// <summary>Settings of <see cref="Aspl"/>.</summary>
/// <seealso href="notebooks/04-perturbation-playground.ipynb">Explained in notebook 04.</seealso>
public sealed record AsplOptions : IPerturbationOptions
{
    /// <summary>The bound; the paper's 11/255.</summary>
    public LinfBudget Budget { get; init; } = LinfBudget.Of255(11);

    /// <summary>Step size; a tenth of the bound, as in the reference (0.005 of 0.05).</summary>
    public LinfBudget StepSize { get; init; } = LinfBudget.Of255(1.1);

    /// <summary>Turns of train, perturb, train.</summary>
    public int Turns { get; init; } = 50;

    /// <summary>Steps a turn of a copy of the running model on clean pictures.</summary>
    public int CleanTrainSteps { get; init; } = 3;

    /// <summary>Projected gradient steps a turn.</summary>
    public int PgdSteps { get; init; } = 6;

    /// <summary>Steps a turn of the running model on the perturbed pictures.</summary>
    public int PerturbedTrainSteps { get; init; } = 3;

    /// <summary>How the surrogate is trained; prompts come from the context.</summary>
    public DreamBoothConfig Surrogate { get; init; } = DreamBoothConfig.Paper;

    /// <summary>Models attacked side by side, each with its own surrogate; the pictures become the mean of their results every turn (E-ASPL). Without <see cref="PerturbationContext.Ensemble"/>, as in every study, they are one model from as many seeds: what helps then is averaging, not several models.</summary>
    public int Models { get; init; } = 1;

    /// <summary>Weight of the distance to the target (T-ASPL); 0 = untargeted.</summary>
    public double TargetWeight { get; init; }

    /// <summary>Departures of the reference code in the surrogates.</summary>
    public SurrogateCompat Compat { get; init; } = SurrogateCompat.Off;

    /// <summary>As released, with a target: the timestep before 0 wraps to the last. Ours starts at 1.</summary>
    public bool CompatNegTimestep { get; init; }

    /// <summary>Projected gradient steps in all; 300 at the paper's settings.</summary>
    public int TotalPgdSteps => Turns * PgdSteps * Models;

    /// <summary>Surrogate training steps in all.</summary>
    public int TotalTrainSteps => Turns * (CleanTrainSteps + PerturbedTrainSteps) * Models;

    /// <summary>The paper's budget with Anti-DreamBooth's numbers.</summary>
    public static AsplOptions Paper { get; } = new();

    /// <summary>Anti-DreamBooth as published: 0.05 of [-1,1], that is 6.375/255.</summary>
    public static AsplOptions AntiDreamBooth { get; } = new() { Budget = LinfBudget.OfSigned(0.05), StepSize = LinfBudget.OfSigned(0.005) };

    /// <summary>
    /// The mini world: 30 turns, and the learning rate of <see cref="DreamBoothConfig.MiniWorld"/>, so that 90 surrogate steps go as far as
    /// most of a DreamBooth run does.
    /// </summary>
    public static AsplOptions MiniWorld { get; } = new()
    {
        Turns = 30,
        Surrogate = DreamBoothConfig.MiniWorld with { TrainBatchSize = 2 },
    };

    /// <summary>E-ASPL: three models (published: Stable Diffusion 1.4, 1.5 and 2.1), all else as ASPL.</summary>
    public AsplOptions AsEnsemble() => this with { Models = 3 };

    /// <summary>E-ASPL in the mini world: a third of the turns for each of three models, so that the ensemble takes as many steps as ASPL does.</summary>
    public static AsplOptions MiniWorldEnsemble { get; } = MiniWorld.AsEnsemble() with { Turns = 10 };

    /// <summary>T-ASPL: the reference's weight of the target term.</summary>
    public AsplOptions WithTarget() => this with { TargetWeight = 1 };

    /// <summary>Seconds on a CPU.</summary>
    public static AsplOptions Smoke { get; } = new() { Turns = 2, Surrogate = DreamBoothConfig.Smoke };

    /// <summary>These settings with another budget, the step size scaled along.</summary>
    public AsplOptions WithBudget(LinfBudget budget) =>
        this with { StepSize = LinfBudget.Of255(StepSize.Levels * budget.Levels / Budget.Levels), Budget = budget };

    /// <summary>Checks the numbers.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Names the property.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Turns, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(CleanTrainSteps);
        ArgumentOutOfRangeException.ThrowIfLessThan(PgdSteps, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(PerturbedTrainSteps);
        ArgumentOutOfRangeException.ThrowIfLessThan(Models, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(TargetWeight);
        Surrogate.Validate();
    }
}
