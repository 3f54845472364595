using Workbench.Imaging;
using Workbench.Personalization;
using Workbench.Pipelines;
using Workbench.Tensors;

namespace Workbench.Analysis.Shortcuts;

/// <summary>Dose and response: how the pattern's hold on generations grows with the size of the perturbation and with training steps.</summary>
/// <seealso href="notebooks/02-shortcut-learning.ipynb">Explained in notebook 02.</seealso>
public static class DoseResponse
{
    /// <summary>Trains once a dose and draws after each chosen number of steps.</summary>
    /// <param name="pipeline">The base model.</param>
    /// <param name="doses">Size of the perturbation in 8-bit levels, and the photos; 0, the clean photos, is the control.</param>
    /// <param name="steps">Numbers of steps; the longest is trained.</param>
    /// <param name="prior">Pictures for prior preservation; null: drawn when the settings ask for them.</param>
    /// <param name="config">Settings; their number of steps is not used.</param>
    /// <param name="sampling">How many pictures, and how.</param>
    /// <param name="judge">Scores them.</param>
    /// <param name="references">Clean photos of the subject.</param>
    /// <param name="seed">Of all draws, the same for every dose.</param>
    /// <param name="progress">Hears of every cell.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    public static IReadOnlyList<DoseCell> Run(
        StableDiffusionPipeline pipeline, IReadOnlyList<(double Levels, ImageBatch Photos)> doses, IReadOnlyList<int> steps, PriorImages? prior,
        DreamBoothConfig config, SamplingConfig sampling, ShortcutJudge judge, ImageBatch references, Seed seed,
        IProgress<DoseCell>? progress = null, CancellationToken cancellationToken = default)
    {
        if (doses.Count == 0 || steps.Count == 0) throw new ArgumentException("A dose-response experiment needs at least one dose and one number of steps.");
        var cells = new List<DoseCell>();
        foreach (var (levels, photos) in doses)
        {
            void Draw(int step, DreamBoothTraining training)
            {
                var (unet, text) = training.Snapshot();
                using var model = new PersonalizedModel(pipeline, unet, text, config, []);
                using var pictures = model.Generate([config.InstancePrompt], sampling, seed.For("sample"), cancellationToken: cancellationToken);
                cells.Add(new DoseCell(levels, step, judge.Score(pictures, references)));
                progress?.Report(cells[^1]);
            }
            WatchedTraining.Run(pipeline, photos, prior, config with { MaxTrainSteps = steps.Max() }, seed.For("train"), steps, Draw, cancellationToken: cancellationToken).Dispose();
        }
        return cells;
    }
}

/// <summary>One cell of dose and response.</summary>
/// <param name="Levels">Size of the perturbation, 8-bit levels.</param>
/// <param name="Steps">Training steps.</param>
/// <param name="Scores">Of the pictures drawn then.</param>
public sealed record DoseCell(double Levels, int Steps, ShortcutScores Scores);
