using static TorchSharp.torch;

namespace Workbench.Pipelines;

/// <summary>What a sampling run reports after every step.</summary>
/// <remarks>
/// The tensors belong to the report: they outlive the step, so a handler may use them later and on another thread, and may dispose
/// them; when nobody does, the collector frees them.
/// </remarks>
/// <param name="Step">The step just taken, counted from 1.</param>
/// <param name="Steps">Steps of the run.</param>
/// <param name="Timestep">The time at which the network was called.</param>
/// <param name="FirstImage">Index of the first picture of the batch among all of the request.</param>
/// <param name="ImageCount">Pictures of the request.</param>
/// <param name="Latents">The sample after the step [B, C, h, w], float32.</param>
/// <param name="X0">The estimate of the clean latents at this step, same shape: decode it for a preview.</param>
public sealed record DenoisingProgress(int Step, int Steps, double Timestep, int FirstImage, int ImageCount, Tensor Latents, Tensor X0)
{
    /// <summary>Part of the whole request that is done, 0 … 1.</summary>
    public double Fraction => (FirstImage + (double)Step / Steps * Latents.shape[0]) / ImageCount;
}
