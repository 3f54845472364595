using TorchSharp;
using Workbench.Schedulers;
using static TorchSharp.torch;

namespace Workbench.Models.PixelDiffusion;

/// <summary>
/// A Gaussian diffusion chain in pixel space: noising q(x_t | x_0) and ancestral denoising p(x_{t-1} | x_t) with learned variance, on all
/// timesteps of the training or on a respaced subset.
/// </summary>
/// <remarks>
/// Ho et al. 2020, equations 4 and 7; Nichol and Dhariwal 2021, section 4 (respacing) and equation 15 (learned variance). Constants are
/// computed once, in double. Indices count the chain at hand; <see cref="OriginalTimestep"/> gives the number that the network reads.
/// </remarks>
public sealed class GuidedDiffusion
{
    private readonly int[] kept;
    private readonly double[] alphaBar, posteriorLogVariance;
    private readonly DdpmPosterior[] posteriors;

    /// <summary>Builds a chain.</summary>
    /// <param name="schedule">The training chain; null for the linear one of 1000 timesteps.</param>
    /// <param name="sections">
    /// How many timesteps to keep, evenly spread, in each of as many equal sections of the chain (<c>10, 0, 0, …</c>: early ones alone);
    /// null or empty keeps all.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A section has fewer timesteps than asked for, or fewer than 2 are kept in all.</exception>
    public GuidedDiffusion(NoiseSchedule? schedule = null, params IReadOnlyList<int>? sections)
    {
        schedule ??= NoiseSchedule.Linear();
        kept = Spaced(schedule.NumTrainTimesteps, sections is { Count: > 0 } ? sections : [schedule.NumTrainTimesteps]);
        alphaBar = [.. kept.Select(t => schedule.AlphasCumprod[t])];
        posteriors = [.. alphaBar.Select((value, i) => DdpmPosterior.Between(value, i == 0 ? 1 : alphaBar[i - 1]))];
        // The first variance is 0: its logarithm takes the second's place.
        posteriorLogVariance = [.. posteriors.Select((value, i) => Math.Log(posteriors[i == 0 ? 1 : i].Variance))];
    }

    /// <summary>The chain of a network's training, linear from 0.0001 to 0.02 at 1000 timesteps.</summary>
    /// <param name="config">The network's configuration.</param>
    /// <param name="sections">Timesteps to keep in each section; none keeps all.</param>
    public static GuidedDiffusion For(GuidedDiffusionConfig config, params IReadOnlyList<int>? sections)
    {
        var scale = 1000.0 / config.DiffusionSteps;
        return new GuidedDiffusion(new NoiseSchedule(new SchedulerConfig
        {
            NumTrainTimesteps = config.DiffusionSteps, BetaStart = 0.0001 * scale, BetaEnd = 0.02 * scale,
        }), sections);
    }

    /// <summary>Timesteps of this chain.</summary>
    public int Steps => kept.Length;

    /// <summary>The timestep of the training chain that <paramref name="index"/> stands for.</summary>
    public int OriginalTimestep(int index) => kept[index];

    /// <summary>ᾱ at <paramref name="index"/>.</summary>
    public double AlphaBar(int index) => alphaBar[index];

    /// <summary>β at <paramref name="index"/>, of this chain.</summary>
    public double Beta(int index) => posteriors[index].Beta;

    /// <summary>The log-variance of q(x_{t-1} | x_t, x_0), clipped at the first step: the lower bound of a learned one.</summary>
    public double PosteriorLogVariance(int index) => posteriorLogVariance[index];

    /// <summary>The weights of x_0 and x_t in the mean of q(x_{t-1} | x_t, x_0).</summary>
    public (double X0, double Xt) PosteriorMean(int index) => (posteriors[index].OfX0, posteriors[index].OfXt);

    /// <summary>Draws x_t = √ᾱ·x_0 + √(1−ᾱ)·noise.</summary>
    /// <param name="x0">Clean pixels, any shape.</param>
    /// <param name="index">Timestep of this chain.</param>
    /// <param name="noise">Standard normal values of the same shape.</param>
    public Tensor QSample(Tensor x0, int index, Tensor noise) => x0 * Math.Sqrt(alphaBar[index]) + noise * Math.Sqrt(1 - alphaBar[index]);

    /// <summary>The x_0 that a noise prediction implies.</summary>
    public Tensor PredictX0(Tensor xt, int index, Tensor noise) => xt * Math.Sqrt(1 / alphaBar[index]) - noise * Math.Sqrt(1 / alphaBar[index] - 1);

    /// <summary>Mean and log-variance of p(x_{t-1} | x_t), and the x_0 they rest on.</summary>
    /// <param name="network">The denoiser.</param>
    /// <param name="xt">[B, 3, H, W], noisy pixels.</param>
    /// <param name="index">Timestep of this chain.</param>
    /// <param name="clip">Clips x_0 to [-1,1], as the reference does.</param>
    public (Tensor Mean, Tensor LogVariance, Tensor X0) PMeanVariance(GuidedDiffusionUNet network, Tensor xt, int index, bool clip = true)
    {
        var output = network.forward(xt, tensor(new[] { (long)kept[index] }), null);
        var channels = xt.shape[1];
        var x0 = PredictX0(xt, index, output.narrow(1, 0, channels));
        if (clip) x0 = x0.clamp(-1, 1);
        var logVariance = output.shape[1] == 2 * channels
            ? LogVariance(output.narrow(1, channels, channels), index)
            : full_like(x0, Math.Log(index == 0 ? posteriors[1].Variance : Beta(index)));
        return (posteriors[index].Mean(x0, xt), logVariance, x0);
    }

    /// <summary>The log-variance between its bounds that a network's second half of channels (in about [-1,1]) points to.</summary>
    public Tensor LogVariance(Tensor place, int index)
    {
        var (low, high) = (posteriorLogVariance[index], Math.Log(Beta(index)));
        return (place + 1) * ((high - low) / 2) + low;
    }

    /// <summary>One ancestral step x_t → x_{t-1}; no noise is added at index 0.</summary>
    /// <param name="network">The denoiser.</param>
    /// <param name="xt">[B, 3, H, W], noisy pixels.</param>
    /// <param name="index">Timestep of this chain.</param>
    /// <param name="noise">Standard normal values of the same shape.</param>
    /// <param name="clip">Clips x_0 to [-1,1].</param>
    public Tensor PSample(GuidedDiffusionUNet network, Tensor xt, int index, Tensor noise, bool clip = true)
    {
        var (mean, logVariance, _) = PMeanVariance(network, xt, index, clip);
        return index == 0 ? mean : mean + (logVariance * 0.5).exp() * noise;
    }

    /// <summary>The kept timesteps, as guided-diffusion's <c>space_timesteps</c> chooses them.</summary>
    private static int[] Spaced(int total, IReadOnlyList<int> sections)
    {
        var (kept, start) = (new List<int>(), 0);
        for (var section = 0; section < sections.Count; section++)
        {
            var size = (total / sections.Count) + (section < total % sections.Count ? 1 : 0);
            var count = sections[section];
            if (count < 0 || count > size)
                throw new ArgumentOutOfRangeException(nameof(sections), count, $"Section {section} has {size} timesteps, cannot keep {count}.");
            var stride = count <= 1 ? 1 : (size - 1.0) / (count - 1);
            for (var i = 0; i < count; i++) kept.Add(start + (int)Math.Round(i * stride));
            start += size;
        }
        return kept.Count >= 2 ? [.. kept] : throw new ArgumentOutOfRangeException(nameof(sections), kept.Count, "Expected at least 2 timesteps to keep.");
    }
}
