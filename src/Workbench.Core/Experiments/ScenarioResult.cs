namespace Workbench.Experiments;

/// <summary>What a scenario gave: scores of every generated picture, and what is known of the training pictures.</summary>
public sealed record ScenarioResult
{
    /// <summary>The run.</summary>
    public required Scenario Scenario { get; init; }

    /// <summary>One entry a generated picture.</summary>
    public required IReadOnlyList<ImageScores> Images { get; init; }

    /// <summary>Mean P(noise) of the photos that the model was trained on.</summary>
    public double TrainingNoise { get; init; }

    /// <summary>The same of their reconstructions: what the autoencoder hands on to training.</summary>
    public double TrainingNoiseReconstructed { get; init; }

    /// <summary>Mean PSNR of the photos that the model was trained on to the clean ones, dB; infinite on clean photos.</summary>
    public double TrainingPsnr { get; init; }

    /// <summary>Largest change that the protection made, 8-bit levels, measured on the files; 0 without protection.</summary>
    public int MaxLevels { get; init; }

    /// <summary>Mean training loss of the last quarter of the steps.</summary>
    public double FinalLoss { get; init; }

    /// <summary>Seconds by stage: protect, purify, train, sample, score; a stage found in the cache counts what reading took.</summary>
    public IReadOnlyDictionary<string, double> Seconds { get; init; } = new Dictionary<string, double>();

    /// <summary>Mean over pictures.</summary>
    public double Mean(Func<ImageScores, double> score) => Images.Select(score).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();
}
