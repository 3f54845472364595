namespace Workbench.Personalization;

/// <summary>What a trainer reports after a step.</summary>
/// <param name="Step">Steps done, from 1.</param>
/// <param name="TotalSteps">Steps to do.</param>
/// <param name="Loss">Instance loss plus weighted prior loss.</param>
/// <param name="InstanceLoss">Mean squared error on the instance pictures.</param>
/// <param name="PriorLoss">Mean squared error on the class pictures, unweighted; 0 without prior preservation.</param>
/// <param name="GradientNorm">Global L2 norm of the gradients before clipping.</param>
/// <seealso href="notebooks/01-defense-pipeline.ipynb">Explained in notebook 01.</seealso>
public sealed record DreamBoothProgress(int Step, int TotalSteps, double Loss, double InstanceLoss, double PriorLoss, double GradientNorm);
