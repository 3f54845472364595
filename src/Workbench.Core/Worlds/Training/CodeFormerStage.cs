using TorchSharp;
using Workbench.Models.CodeFormer;
using static TorchSharp.torch;

namespace Workbench.Worlds.Training;

/// <summary>Runs one stage of <see cref="CodeFormerRecipe"/>: a training of some of the parameters, from the weights of the stage before.</summary>
internal sealed class CodeFormerStage(CodeFormerRecipe recipe, string output, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
{
    /// <summary>Trains, and returns the weights to go on with; a finished stage only loads them.</summary>
    /// <param name="start">First weights; kept.</param>
    /// <param name="folder">Checkpoints and log.</param>
    /// <param name="steps">Steps of the stage.</param>
    /// <param name="trains">Which parameters are trained, by name.</param>
    /// <param name="method">Makes the step from the trainer: step number → loss.</param>
    public CodeFormerModel Run(
        CodeFormerModel start, string folder, int steps, Func<string, bool> trains, Func<MixedPrecisionTrainer<CodeFormerModel>, Func<int, double>> method)
    {
        var config = recipe.Training with { Steps = steps };
        using var trainer = new MixedPrecisionTrainer<CodeFormerModel>(Copy(start), () => new CodeFormerModel(recipe.Model), config, trains);
        var run = new TrainingRun<CodeFormerModel>(Path.GetFileName(folder), folder, trainer, config);
        var best = new CodeFormerModel(recipe.Model);
        best.eval();
        run.Train(method(trainer), () =>
        {
            trainer.CopyBestInto(best);
            best.SavePretrained(output, ScalarType.Float16);
            return CodeFormerScores.Measure(best, recipe.ScoredPictures);
        }, progress, cancellationToken);
        trainer.CopyBestInto(best);
        trainer.Model.Dispose();
        return best;
    }

    private CodeFormerModel Copy(CodeFormerModel source)
    {
        var copy = new CodeFormerModel(recipe.Model);
        using var guard = no_grad();
        foreach (var ((_, to), (_, from)) in copy.named_parameters().Zip(source.named_parameters())) to.copy_(from);
        return copy;
    }
}
