namespace Workbench.Perturbations;

/// <summary>Numbers the steps of all turns of an alternating method through.</summary>
internal sealed class TurnProgress(IProgress<PerturbationProgress>? outer, int pgdSteps, int trainSteps) : IProgress<PerturbationProgress>
{
    private int perturbed, trained;

    /// <summary>A projected gradient step.</summary>
    public void Report(PerturbationProgress value) => outer?.Report(value with { Step = ++perturbed, TotalSteps = pgdSteps });

    /// <summary>A training step of a surrogate.</summary>
    public void Trained(double loss) => outer?.Report(new PerturbationProgress("train surrogate", ++trained, trainSteps, loss));
}
