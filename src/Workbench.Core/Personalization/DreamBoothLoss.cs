using TorchSharp;
using Workbench.Models.UNet;
using Workbench.Schedulers;
using static TorchSharp.torch;

namespace Workbench.Personalization;

/// <summary>
/// DreamBooth's loss with prior preservation (Ruiz et al. 2023, equation 2): the mean squared error on the subject's latents plus λ
/// times the mean squared error on the class latents, from one forward pass over both.
/// </summary>
public sealed class DreamBoothLoss
{
    private readonly NoiseSchedule schedule;
    private readonly double? priorLossWeight;

    /// <summary>The loss of a model with the noise schedule <paramref name="schedule"/>.</summary>
    /// <param name="schedule">Says how latents are noised and whether the network predicts ε or v.</param>
    /// <param name="priorLossWeight">λ; the second half of each batch is then class latents. Null: all rows are instances.</param>
    public DreamBoothLoss(NoiseSchedule schedule, double? priorLossWeight)
    {
        this.schedule = schedule;
        this.priorLossWeight = priorLossWeight;
    }

    /// <summary>Noises the latents, predicts, and compares.</summary>
    /// <param name="unet">The network; may compute in a lower precision than float32.</param>
    /// <param name="latents">[instance rows; class rows] stacked, [B, 4, h, w] float32, scaled.</param>
    /// <param name="noise">Standard normal, the shape of <paramref name="latents"/>; drawn for each row by itself.</param>
    /// <param name="timesteps">[B] int64 in 0 … T-1, drawn for each row by itself.</param>
    /// <param name="textStates">[B, T, D]: the text encoder's states of each row's prompt.</param>
    /// <returns>Scalars, float32; <c>Total</c> carries the gradient.</returns>
    public DreamBoothLossParts Compute(UNet2DConditionModel unet, Tensor latents, Tensor noise, Tensor timesteps, Tensor textStates)
    {
        if (priorLossWeight is not null && latents.shape[0] % 2 != 0)
            throw new ArgumentException($"With prior preservation half the rows are class latents: expected an even batch, got {latents.shape[0]}.", nameof(latents));
        var dtype = textStates.dtype;
        var noisy = schedule.AddNoise(latents, noise, timesteps);
        var prediction = unet.forward(noisy.to(dtype), timesteps, textStates).to(latents.dtype);
        var error = (prediction - schedule.Target(latents, noise, timesteps)).pow(2);
        if (priorLossWeight is not { } weight) return new DreamBoothLossParts(error.mean(), error.mean(), null, prediction);
        var halves = error.chunk(2, 0);
        Tensor instance = halves[0].mean(), prior = halves[1].mean();
        return new DreamBoothLossParts(instance + weight * prior, instance, prior, prediction);
    }
}

/// <summary>The loss of one batch and what it is made of.</summary>
/// <param name="Total">Instance + λ · prior, scalar; the one to differentiate.</param>
/// <param name="Instance">Scalar.</param>
/// <param name="Prior">Scalar, unweighted; null without prior preservation.</param>
/// <param name="Prediction">The network's output, [B, 4, h, w].</param>
public sealed record DreamBoothLossParts(Tensor Total, Tensor Instance, Tensor? Prior, Tensor Prediction);
