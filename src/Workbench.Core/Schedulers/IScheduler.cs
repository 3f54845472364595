using static TorchSharp.torch;

namespace Workbench.Schedulers;

/// <summary>A sampler: turns a diffusion network's outputs into a walk from noise to a sample.</summary>
/// <remarks>
/// Steps are addressed by their index in <see cref="Timesteps"/>, because some algorithms visit a timestep twice. Randomness comes
/// in as an argument. Multistep algorithms remember earlier outputs; <see cref="SetTimesteps"/> forgets them.
/// One instance serves one run at a time.
/// </remarks>
public interface IScheduler
{
    /// <summary>The configuration, in the vocabulary of <c>scheduler_config.json</c>.</summary>
    SchedulerConfig Config { get; }

    /// <summary>The training-time noise schedule.</summary>
    NoiseSchedule Schedule { get; }

    /// <summary>The times handed to the network, one a step, noisiest first; empty before <see cref="SetTimesteps"/>.</summary>
    IReadOnlyList<double> Timesteps { get; }

    /// <summary>Factor that turns standard normal noise into the first sample.</summary>
    double InitNoiseSigma { get; }

    /// <summary>Whether <see cref="Step"/> wants a noise tensor.</summary>
    bool NeedsNoise { get; }

    /// <summary>Prepares a run of <paramref name="numInferenceSteps"/> steps and forgets any earlier run.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one step, or more than the schedule has.</exception>
    void SetTimesteps(int numInferenceSteps);

    /// <summary>The index of the first step of a run that leaves out the <paramref name="skipped"/> noisiest of its inference steps.</summary>
    int StartIndex(int skipped);

    /// <summary>ᾱ of the state from which step <paramref name="stepIndex"/> starts, in [0, 1); 0 at the first step of a schedule rescaled to zero signal.</summary>
    double AlphaBar(int stepIndex);

    /// <summary>What the network must be shown in place of <paramref name="sample"/> (any shape; dtype kept).</summary>
    Tensor ScaleModelInput(Tensor sample, int stepIndex);

    /// <summary>One step towards the clean sample.</summary>
    /// <param name="modelOutput">The network's (guided) output at <see cref="Timesteps"/>[<paramref name="stepIndex"/>], shape of the sample.</param>
    /// <param name="stepIndex">Index into <see cref="Timesteps"/>.</param>
    /// <param name="sample">The current sample [B, C, H, W], before <see cref="ScaleModelInput"/>.</param>
    /// <param name="noise">Standard normal values of the sample's shape; required where <see cref="NeedsNoise"/>.</param>
    SchedulerStep Step(Tensor modelOutput, int stepIndex, Tensor sample, Tensor? noise = null);

    /// <summary>The state that step <paramref name="stepIndex"/> would start from, were <paramref name="x0"/> the clean sample.</summary>
    Tensor AddNoise(Tensor x0, Tensor noise, int stepIndex);
}
