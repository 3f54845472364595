namespace Workbench.Perturbations;

/// <summary>What a perturbation reports while it works.</summary>
/// <param name="Stage">What is being done: <c>perturb</c>, <c>train surrogate</c> or, by SimAC, <c>select timesteps</c>.</param>
/// <param name="Step">Steps of that stage done, from 1.</param>
/// <param name="TotalSteps">Steps of that stage in all.</param>
/// <param name="Loss">The loss before this step; where timesteps are selected, the mean of Σ|∂loss/∂pixels|.</param>
/// <seealso href="notebooks/01-defense-pipeline.ipynb">Explained in notebook 01.</seealso>
public sealed record PerturbationProgress(string Stage, int Step, int TotalSteps, double Loss);
