using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Worlds.Training;

/// <summary>What every training of a mini-world model has in common.</summary>
public sealed record TrainingConfig
{
    /// <summary>Optimiser steps in all; raising it later extends a finished training.</summary>
    public required int Steps { get; init; }

    /// <summary>Pictures a step, over all replicas.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Learning rate of the plateau.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Steps of linear warm-up.</summary>
    public int WarmupSteps { get; init; } = 200;

    /// <summary>Last fraction of the steps, over which the rate falls linearly to 2 % (warm-up, stable, decay).</summary>
    public double DecayFraction { get; init; } = 0.3;

    /// <summary>Decoupled weight decay (Loshchilov and Hutter 2019).</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Adam's second-moment decay.</summary>
    public double Beta2 { get; init; } = 0.99;

    /// <summary>Global gradient norm above which gradients are scaled down.</summary>
    public double MaxGradNorm { get; init; } = 1;

    /// <summary>Decay of the moving average of the weights; 0 = none.</summary>
    public double EmaDecay { get; init; }

    /// <summary>Model replicas, one thread each, that share a step's batch.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>Number format of forward and backward passes; the master weights stay float32.</summary>
    public ScalarType ComputeType { get; init; } = OneDnn.QuickType(CPU);

    /// <summary>Seconds between checkpoints.</summary>
    public double CheckpointSeconds { get; init; } = 120;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A value is out of range; says which.</exception>
    public void Validate()
    {
        if (Steps < 1) throw new ArgumentException($"Training: steps is {Steps}, expected 1 or more.");
        if (BatchSize < 1) throw new ArgumentException($"Training: the batch is {BatchSize}, expected 1 or more.");
        if (Replicas < 1 || Replicas > BatchSize) throw new ArgumentException($"Training: replicas is {Replicas}, expected 1 to {BatchSize}, the pictures of a step.");
        if (!(LearningRate > 0)) throw new ArgumentException($"Training: the learning rate is {LearningRate}, expected more than 0.");
    }

    /// <summary>Learning rate at <paramref name="step"/>, 0-based.</summary>
    public double LearningRateAt(int step)
    {
        var decaySteps = Math.Max(1, (int)(Steps * DecayFraction));
        var warm = Math.Min(1, (step + 1.0) / Math.Max(1, WarmupSteps));
        var left = Math.Clamp((Steps - step) / (double)decaySteps, 0.02, 1);
        return LearningRate * warm * left;
    }
}

/// <summary>State of a running training.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Loss">Moving average of the loss.</param>
/// <param name="PicturesPerSecond">Throughput since the last report.</param>
/// <param name="Remaining">Estimated time left.</param>
public sealed record TrainingProgress(string Model, int Step, int Steps, double Loss, double PicturesPerSecond, TimeSpan Remaining);
