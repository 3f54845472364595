using TorchSharp;
using TorchSharp.Modules;
using Workbench.Weights;
using Workbench.Worlds.Training;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Worlds.Training;

public sealed class TrainingRunTests
{
    private static TrainingConfig Config(int steps) => new()
    {
        Steps = steps, BatchSize = 4, LearningRate = 0.05, WarmupSteps = 1, EmaDecay = 0.9, Replicas = 2, ComputeType = ScalarType.Float32, DecayFraction = 0,
    };

    [Fact]
    public void A_training_that_was_stopped_ends_in_the_weights_of_one_that_was_not()
    {
        using var folder = new TemporaryFolder();
        var whole = Train(Path.Combine(folder.Path, "whole"), 12);
        var stopped = Train(Path.Combine(folder.Path, "parts"), 12, stopAt: 5);
        var parts = Train(Path.Combine(folder.Path, "parts"), 12);
        // As many steps as were left: one that began anew would end in these weights too.
        Assert.Equal((12, 5, 7), (whole.Steps, stopped.Steps, parts.Steps));
        Assert.Equal(whole.Weights, parts.Weights);
    }

    [Fact]
    public void An_unfinished_checkpoint_is_ignored()
    {
        using var folder = new TemporaryFolder();
        var run = Path.Combine(folder.Path, "run");
        Train(run, 3);
        Directory.CreateDirectory(Path.Combine(run, "step-9999999.partial"));
        Assert.Equal(1, Train(run, 4).Steps);
    }

    [Fact]
    public void Two_trainings_in_one_folder_are_refused_before_they_replace_each_others_checkpoints()
    {
        using var folder = new TemporaryFolder();
        var run = Path.Combine(folder.Path, "run");
        Train(run, 3);
        using (FolderLock.TryAcquire(Path.Combine(run, "training.lock")))
            Assert.Contains("another process", Assert.Throws<IOException>(() => Train(run, 4)).Message, StringComparison.Ordinal);
        Assert.Equal(1, Train(run, 4).Steps);
    }

    [Fact]
    public void An_exploding_gradient_is_left_out()
    {
        using var model = Fresh();
        using var trainer = new MixedPrecisionTrainer<Linear>(model, Fresh, Config(10));
        for (var i = 0; i < 3; i++) trainer.Step(i, (m, _) => m.forward(ones(1, 3)).pow(2).mean());
        var before = Weights(trainer);
        trainer.Step(3, (m, _) => m.forward(ones(1, 3)).mean() * float.NaN);
        Assert.Equal(1, trainer.SkippedSteps);
        Assert.Equal(before, Weights(trainer));
    }

    [Fact]
    public void The_moving_average_of_a_short_training_is_near_its_last_weights_not_its_first()
    {
        using var model = Fresh();
        using var trainer = new MixedPrecisionTrainer<Linear>(model, Fresh, Config(40) with { EmaDecay = 0.999 });
        using Linear first = Fresh(), best = Fresh();
        for (var i = 0; i < 40; i++) trainer.Step(i, (m, _) => (m.forward(ones(1, 3)) - 1).pow(2).mean());
        trainer.CopyBestInto(best);
        double Distance(Linear other) => (best.weight! - other.weight!).norm().item<float>();
        Assert.True(Distance(trainer.Model) < 0.5 * Distance(first), $"{Distance(trainer.Model)} against {Distance(first)}");
    }

    private static Linear Fresh() => nn.Linear(3, 2).Seeded(3);

    private static float[] Weights(MixedPrecisionTrainer<Linear> trainer) => [.. trainer.Model.parameters().SelectMany(p => p.data<float>().ToArray())];

    private static (float[] Weights, int Steps) Train(string folder, int steps, int? stopAt = null)
    {
        using var model = Fresh();
        using var trainer = new MixedPrecisionTrainer<Linear>(model, Fresh, Config(steps));
        var run = new TrainingRun<Linear>("test", folder, trainer, Config(steps));
        using var stop = new CancellationTokenSource();
        var taken = 0;
        void Run() => run.Train(
            step =>
            {
                taken++;
                if (step + 1 == stopAt) stop.Cancel();
                return trainer.Step(step, (m, replica) => (m.forward(ones(1, 3) * (step + 1 + replica)) - 1).pow(2).mean());
            }, cancellationToken: stop.Token);
        if (stopAt is null) Run();
        else Assert.ThrowsAny<OperationCanceledException>(Run);
        Assert.Equal(stopAt ?? steps, run.Step);
        return (Weights(trainer), taken);
    }
}
