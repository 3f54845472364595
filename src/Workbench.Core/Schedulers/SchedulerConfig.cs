using System.Text.Json.Serialization;

namespace Workbench.Schedulers;

/// <summary>The content of a <c>scheduler_config.json</c>, for every scheduler class that this library knows.</summary>
/// <remarks>
/// The defaults of a missing key depend on the class, as they do in diffusers: see <see cref="SchedulerConfigFile.DefaultsFor"/>.
/// </remarks>
public sealed record SchedulerConfig
{
    /// <summary>The diffusers class, for example <c>DDIMScheduler</c>.</summary>
    [JsonPropertyName("_class_name")]
    public string ClassName { get; init; } = "DDPMScheduler";

    /// <summary>The number of training timesteps T.</summary>
    public int NumTrainTimesteps { get; init; } = 1000;

    /// <summary>β of the first timestep.</summary>
    public double BetaStart { get; init; } = 0.0001;

    /// <summary>β of the last timestep.</summary>
    public double BetaEnd { get; init; } = 0.02;

    /// <summary>How β grows.</summary>
    public BetaSchedule BetaSchedule { get; init; } = BetaSchedule.Linear;

    /// <summary>Explicit β, one a timestep; overrules start, end and schedule.</summary>
    public double[]? TrainedBetas { get; init; }

    /// <summary>What the network predicts.</summary>
    public PredictionType PredictionType { get; init; } = PredictionType.Epsilon;

    /// <summary>How inference timesteps are picked.</summary>
    public TimestepSpacing TimestepSpacing { get; init; } = TimestepSpacing.Leading;

    /// <summary>Added to every timestep of leading spacing.</summary>
    public int StepsOffset { get; init; }

    /// <summary>Rescale β so that the last timestep has no signal left (Lin et al. 2023, algorithm 1).</summary>
    public bool RescaleBetasZeroSnr { get; init; }

    /// <summary>Clip the x0 estimate to ±<see cref="ClipSampleRange"/>.</summary>
    public bool ClipSample { get; init; }

    /// <summary>Bound of the clipped x0 estimate.</summary>
    public double ClipSampleRange { get; init; } = 1;

    /// <summary>Dynamic thresholding of the x0 estimate (Imagen, section 2.3).</summary>
    public bool Thresholding { get; init; }

    /// <summary>Quantile of |x0| that dynamic thresholding takes as bound.</summary>
    public double DynamicThresholdingRatio { get; init; } = 0.995;

    /// <summary>Largest bound of dynamic thresholding.</summary>
    public double SampleMaxValue { get; init; } = 1;

    /// <summary>Whether the state beyond timestep 0 has ᾱ = 1 (else ᾱ of timestep 0). DDIM, PNDM.</summary>
    public bool SetAlphaToOne { get; init; } = true;

    /// <summary>Start with Adams-Bashforth steps at once instead of Runge-Kutta ones. PNDM.</summary>
    public bool SkipPrkSteps { get; init; }

    /// <summary>Variance of the ancestral step. DDPM; DPM-Solver reads only whether it is learned.</summary>
    public VarianceType? VarianceType { get; init; }

    /// <summary>Order of a multistep solver, 1 to 3.</summary>
    public int SolverOrder { get; init; } = 2;

    /// <summary>The DPM solver's integral.</summary>
    public DpmAlgorithm AlgorithmType { get; init; } = DpmAlgorithm.DpmsolverPlusPlus;

    /// <summary>The second-order form of a multistep solver.</summary>
    public SolverType SolverType { get; init; } = SolverType.Midpoint;

    /// <summary>Lower the order in the last steps.</summary>
    public bool LowerOrderFinal { get; init; } = true;

    /// <summary>Take the very last DPM step at order 1, whatever the number of steps.</summary>
    public bool EulerAtFinal { get; init; }

    /// <summary>The noise level after the last step.</summary>
    public FinalSigmasType FinalSigmasType { get; init; } = FinalSigmasType.Zero;

    /// <summary>Smallest half log-SNR that DPM timesteps may have.</summary>
    public double LambdaMinClipped { get; init; } = double.NegativeInfinity;

    /// <summary>Noise levels of Karras et al. 2022, equation 5.</summary>
    public bool UseKarrasSigmas { get; init; }

    /// <summary>Noise levels evenly in log σ.</summary>
    public bool UseExponentialSigmas { get; init; }

    /// <summary>Noise levels at quantiles of a Beta(0.6, 0.6) distribution.</summary>
    public bool UseBetaSigmas { get; init; }

    /// <summary>Noise levels evenly in half log-SNR (Lu et al. 2022).</summary>
    public bool UseLuLambdas { get; init; }

    /// <summary>Flow-matching noise levels; not supported, refused with an error.</summary>
    public bool UseFlowSigmas { get; init; }

    /// <summary>How Euler reads σ between timesteps.</summary>
    public SigmaInterpolation InterpolationType { get; init; } = SigmaInterpolation.Linear;

    /// <summary>What Euler tells the network about time.</summary>
    public TimestepType TimestepType { get; init; } = TimestepType.Discrete;

    /// <summary>Overrules the smallest noise level of the Karras, exponential and beta levels.</summary>
    public double? SigmaMin { get; init; }

    /// <summary>Overrules the largest noise level of the Karras, exponential and beta levels.</summary>
    public double? SigmaMax { get; init; }

    /// <summary>Whether UniPC integrates the data prediction (else the noise prediction).</summary>
    public bool PredictX0 { get; init; } = true;

    /// <summary>Steps after which UniPC skips its corrector.</summary>
    public int[] DisableCorrector { get; init; } = [];

    /// <summary>Checks what no single key can tell.</summary>
    /// <exception cref="InvalidDataException">A value or a combination that no scheduler can honour.</exception>
    public SchedulerConfig Validate()
    {
        Require(NumTrainTimesteps >= 1, $"num_train_timesteps must be at least 1, but is {NumTrainTimesteps}");
        Require(TrainedBetas is null || TrainedBetas.Length == NumTrainTimesteps,
            $"trained_betas must hold num_train_timesteps = {NumTrainTimesteps} values, but holds {TrainedBetas?.Length}");
        Require(SolverOrder is >= 1 and <= 3, $"solver_order must be 1, 2 or 3, but is {SolverOrder}");
        Require(!UseFlowSigmas, "use_flow_sigmas is for flow-matching networks, which this library does not have");
        var levels = new[] { UseKarrasSigmas, UseExponentialSigmas, UseBetaSigmas, UseLuLambdas }.Count(chosen => chosen);
        Require(levels <= 1, "at most one of use_karras_sigmas, use_exponential_sigmas, use_beta_sigmas, use_lu_lambdas may be set");
        return this;
    }

    private void Require(bool condition, string message)
    {
        if (!condition) throw new InvalidDataException($"{ClassName}: {message}.");
    }
}
