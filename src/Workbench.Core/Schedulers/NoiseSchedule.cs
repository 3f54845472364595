using TorchSharp;
using static TorchSharp.torch;

namespace Workbench.Schedulers;

/// <summary>The forward process of a diffusion model: q(x_t | x0) = N(√ᾱ_t·x0, (1−ᾱ_t)·I), and the conversions that follow from it.</summary>
/// <remarks>
/// Ho et al. 2020, equation 4; Salimans and Ho 2022 for v. Products run in double over β that are rounded to float32, the precision
/// in which published checkpoints were trained. Every method is differentiable and keeps the dtype and device of its first tensor.
/// </remarks>
public sealed class NoiseSchedule
{
    private readonly double[] betas;
    private readonly double[] alphasCumprod;

    /// <summary>Builds the schedule that a scheduler configuration describes.</summary>
    /// <exception cref="InvalidDataException">The configuration is not valid.</exception>
    public NoiseSchedule(SchedulerConfig config)
    {
        config.Validate();
        PredictionType = config.PredictionType;
        betas = BetaTable.Build(config);
        alphasCumprod = BetaTable.CumulativeAlphas(betas);
    }

    /// <summary>Stable Diffusion's schedule: 1000 timesteps, √β linear from √0.00085 to √0.012.</summary>
    public static NoiseSchedule StableDiffusion(PredictionType predictionType = PredictionType.Epsilon) =>
        new(new SchedulerConfig { BetaSchedule = BetaSchedule.ScaledLinear, BetaStart = 0.00085, BetaEnd = 0.012, PredictionType = predictionType });

    /// <summary>The pixel-space schedule of DDPM and guided diffusion: 1000 timesteps, β linear from 0.0001 to 0.02.</summary>
    public static NoiseSchedule Linear() => new(new SchedulerConfig());

    /// <summary>Reads the schedule from a model folder, its <c>scheduler/</c> folder, or a configuration file.</summary>
    public static NoiseSchedule FromFolder(string folder)
    {
        var inner = Path.Combine(folder, "scheduler");
        return new(SchedulerConfigFile.Read(Directory.Exists(inner) ? inner : folder));
    }

    /// <summary>What the network predicts.</summary>
    public PredictionType PredictionType { get; }

    /// <summary>The number of training timesteps T.</summary>
    public int NumTrainTimesteps => betas.Length;

    /// <summary>ᾱ_t = Π(1−β), one a timestep, falling from nearly 1 to nearly 0.</summary>
    public IReadOnlyList<double> AlphasCumprod => alphasCumprod;

    /// <summary>Draws x_t = √ᾱ·x0 + √(1−ᾱ)·noise.</summary>
    /// <param name="x0">Clean samples [B, …].</param>
    /// <param name="noise">Standard normal values of the same shape.</param>
    /// <param name="timesteps">int64 [B], or one element for all; 0 … T−1.</param>
    /// <returns>Noisy samples, shape and dtype of <paramref name="x0"/>.</returns>
    public Tensor AddNoise(Tensor x0, Tensor noise, Tensor timesteps)
    {
        var (signal, sigma) = Coefficients(timesteps, x0);
        return signal * x0 + sigma * noise;
    }

    /// <summary>The velocity v = √ᾱ·noise − √(1−ᾱ)·x0; arguments as in <see cref="AddNoise"/>.</summary>
    public Tensor GetVelocity(Tensor x0, Tensor noise, Tensor timesteps)
    {
        var (signal, sigma) = Coefficients(timesteps, x0);
        return signal * noise - sigma * x0;
    }

    /// <summary>The training target of a network of this <see cref="PredictionType"/>; arguments as in <see cref="AddNoise"/>.</summary>
    public Tensor Target(Tensor x0, Tensor noise, Tensor timesteps) => PredictionType switch
    {
        PredictionType.Epsilon => noise,
        PredictionType.VPrediction => GetVelocity(x0, noise, timesteps),
        PredictionType.Sample => x0,
        _ => throw new InvalidOperationException($"Unknown prediction type {PredictionType}."),
    };

    /// <summary>The clean sample that a network output implies.</summary>
    /// <param name="modelOutput">The network's output [B, …] at <paramref name="timesteps"/>.</param>
    /// <param name="xt">The noisy sample, same shape.</param>
    /// <param name="timesteps">int64 [B], or one element for all.</param>
    public Tensor PredictX0(Tensor modelOutput, Tensor xt, Tensor timesteps)
    {
        var (signal, sigma) = Coefficients(timesteps, xt);
        return Prediction.X0(PredictionType, modelOutput, xt, signal, sigma);
    }

    /// <summary>The noise that a network output implies; arguments as in <see cref="PredictX0"/>.</summary>
    public Tensor PredictNoise(Tensor modelOutput, Tensor xt, Tensor timesteps)
    {
        var (signal, sigma) = Coefficients(timesteps, xt);
        return Prediction.Noise(PredictionType, modelOutput, xt, signal, sigma);
    }

    /// <summary>√ᾱ and √(1−ᾱ), shaped [B, 1, …] to multiply <paramref name="like"/>.</summary>
    private (Tensor Signal, Tensor Sigma) Coefficients(Tensor timesteps, Tensor like)
    {
        var times = timesteps.detach().to(ScalarType.Int64, CPU).contiguous().data<long>().ToArray();
        if (times.Length != 1 && times.Length != like.shape[0])
            throw new ArgumentException($"Expected 1 or {like.shape[0]} timesteps (one a sample), but got {times.Length}.", nameof(timesteps));
        foreach (var t in times)
            if (t < 0 || t >= betas.Length)
                throw new ArgumentOutOfRangeException(nameof(timesteps), t, $"A timestep must lie in 0 … {betas.Length - 1}.");
        var shape = new long[Math.Max(1, like.dim())];
        Array.Fill(shape, 1);
        shape[0] = times.Length;
        Tensor Column(Func<double, double> of) =>
            tensor(Array.ConvertAll(times, t => of(alphasCumprod[t])), dtype: ScalarType.Float64).to(like.dtype, like.device).view(shape);
        return (Column(Math.Sqrt), Column(alphaBar => Math.Sqrt(1 - alphaBar)));
    }
}
