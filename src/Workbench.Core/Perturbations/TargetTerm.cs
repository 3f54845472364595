using TorchSharp;
using Workbench.Schedulers;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>
/// The target term of Anti-DreamBooth's targeted variants (T-FSMG, T-ASPL): one ancestral step from the perturbed latents shall land where the
/// target's latents are at that time.
/// </summary>
internal static class TargetTerm
{
    /// <summary>Rules that maximise ℓ - weight · mean‖x̂(t-1) - q(t-1 | target)‖².</summary>
    /// <param name="context">Model and target.</param>
    /// <param name="original">Gives the picture size.</param>
    /// <param name="weight">Of the distance; the reference's is 1.</param>
    /// <param name="negativeTimestep">As released: at t = 0 the previous timestep wraps to the last. Else t starts at 1.</param>
    public static SurrogateAttack Rules(PerturbationContext context, Tensor original, double weight, bool negativeTimestep)
    {
        var schedule = context.Pipeline.Scheduler.Schedule;
        var target = context.TargetLatents(original);
        return new SurrogateAttack
        {
            Timesteps = (count, draws) => draws.Integers(negativeTimestep ? 0 : 1, schedule.NumTrainTimesteps, count),
            Loss = objective => (pixels, draws) =>
            {
                var terms = objective.Terms(pixels, objective.Draw(pixels, draws));
                return terms.Loss - weight * Distance(schedule, terms, target, draws.NormalLike(terms.Latents));
            },
        };
    }

    /// <summary>Mean squared distance of one DDPM step to the target noised to the previous timestep with the same ε.</summary>
    /// <param name="schedule">Noise schedule.</param>
    /// <param name="terms">Prediction at t, one t a picture.</param>
    /// <param name="target">Scaled latents [1, C, h, w].</param>
    /// <param name="fresh">Variance noise of the step, shape of the latents.</param>
    internal static Tensor Distance(NoiseSchedule schedule, DiffusionTerms terms, Tensor target, Tensor fresh)
    {
        var times = terms.Draws.Timesteps.cpu().data<long>().ToArray();
        var last = schedule.NumTrainTimesteps - 1;
        var stepped = Step(schedule, terms, times, fresh);
        var previous = tensor(Array.ConvertAll(times, t => t > 0 ? t - 1 : last));
        return (stepped - schedule.AddNoise(target.expand_as(terms.Noisy), terms.Draws.Noise, previous)).pow(2).mean();
    }

    /// <summary>x(t-1) of Ho et al. 2020, equations 6 and 7, each row at its own t; at t = 0 the clean estimate.</summary>
    private static Tensor Step(NoiseSchedule schedule, DiffusionTerms terms, long[] times, Tensor fresh)
    {
        var posteriors = Array.ConvertAll(times, t =>
            DdpmPosterior.Between(schedule.AlphasCumprod[(int)t], t > 0 ? schedule.AlphasCumprod[(int)t - 1] : 1));
        Tensor Column(Func<DdpmPosterior, double> of) =>
            tensor(Array.ConvertAll(posteriors, p => (float)of(p))).view(-1, 1, 1, 1).to(terms.Noisy.device);
        var x0 = schedule.PredictX0(terms.Prediction, terms.Noisy, terms.Draws.Timesteps);
        return Column(p => p.OfX0) * x0 + Column(p => p.OfXt) * terms.Noisy + Column(p => Math.Sqrt(p.Variance)) * fresh;
    }
}
