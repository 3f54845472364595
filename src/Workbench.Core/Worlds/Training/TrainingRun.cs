using System.Diagnostics;
using System.Text.Json;
using TorchSharp;
using Workbench.Weights;
using static TorchSharp.torch;

namespace Workbench.Worlds.Training;

/// <summary>A training with checkpoints in a folder: killed at any moment, it goes on from the last good state.</summary>
/// <remarks>
/// A checkpoint is a numbered folder written under a temporary name and renamed; the previous one is removed only afterwards. Data and noise
/// depend on the seed and the step number alone, so that a resumed training sees what an unbroken one would have seen.
/// </remarks>
/// <typeparam name="TModel">The model.</typeparam>
public sealed class TrainingRun<TModel>
    where TModel : nn.Module
{
    private readonly string name, folder;
    private readonly TrainingConfig config;
    private readonly MixedPrecisionTrainer<TModel> trainer;

    /// <summary>Opens the run in <paramref name="folder"/> and loads its newest checkpoint, if there is one.</summary>
    public TrainingRun(string name, string folder, MixedPrecisionTrainer<TModel> trainer, TrainingConfig config)
    {
        config.Validate();
        (this.name, this.folder, this.trainer, this.config) = (name, folder, trainer, config);
        Directory.CreateDirectory(folder);
        if (Latest() is { } checkpoint) Load(checkpoint);
    }

    /// <summary>Steps done so far.</summary>
    public int Step { get; private set; }

    /// <summary>Seconds of training behind the current weights, over all sessions.</summary>
    public double Seconds { get; private set; }

    /// <summary>Trains up to <see cref="TrainingConfig.Steps"/>.</summary>
    /// <param name="step">Runs step k with the trainer and returns its loss.</param>
    /// <param name="evaluate">Called at every checkpoint; its scores are logged.</param>
    /// <param name="progress">Reports about every ten seconds.</param>
    /// <param name="cancellationToken">Saves a checkpoint and stops.</param>
    /// <exception cref="IOException">Another process trains in the folder: the two would replace each other's checkpoints.</exception>
    public void Train(
        Func<int, double> step, Func<IReadOnlyDictionary<string, double>>? evaluate = null,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        using var held = FolderLock.TryAcquire(Path.Combine(folder, "training.lock"))
            ?? throw new IOException($"{folder}: another process trains in this folder; wait for it to end, or choose another folder of checkpoints.");
        var (clock, reported, saved, reportedStep) = (Stopwatch.StartNew(), 0.0, 0.0, Step);
        var (smooth, before) = (double.NaN, Seconds);
        while (Step < config.Steps)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                Save();
                cancellationToken.ThrowIfCancellationRequested();
            }
            var loss = step(Step);
            smooth = double.IsNaN(smooth) ? loss : 0.98 * smooth + 0.02 * loss;
            Step++;
            var now = clock.Elapsed.TotalSeconds;
            Seconds = before + now;
            if (now - reported > 10 || Step == config.Steps)
            {
                var rate = (Step - reportedStep) / Math.Max(1e-9, now - reported);
                progress?.Report(new(name, Step, config.Steps, smooth, rate * config.BatchSize, TimeSpan.FromSeconds((config.Steps - Step) / rate)));
                (reported, reportedStep) = (now, Step);
            }
            if (now - saved > config.CheckpointSeconds || Step == config.Steps)
            {
                Save();
                Log(smooth, evaluate?.Invoke());
                saved = clock.Elapsed.TotalSeconds;
            }
        }
    }

    private void Save()
    {
        var target = Path.Combine(folder, $"step-{Step:D7}");
        if (Directory.Exists(target)) return;
        var temporary = target + ".partial";
        if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        Directory.CreateDirectory(temporary);
        StateDict.Save(trainer.Model, Path.Combine(temporary, "master.safetensors"));
        if (trainer.Average.Count > 0)
            SafetensorsFile.Write(Path.Combine(temporary, "average.safetensors"), trainer.Average.Select((t, i) => (t, i)).ToDictionary(p => $"p{p.i:D5}", p => p.t));
        var moments = Path.Combine(temporary, "optimizer.bin");
        trainer.Optimizer.save_state_dict(moments);
        // On the disk, before the checkpoint before this one goes.
        using (var written = new FileStream(moments, FileMode.Open, FileAccess.ReadWrite)) written.Flush(flushToDisk: true);
        AtomicFile.WriteText(Path.Combine(temporary, "state.json"), JsonSerializer.Serialize(new SavedState(Step, Seconds) { Norm = double.IsFinite(trainer.RunningNorm) ? trainer.RunningNorm : null }));
        var previous = Latest();
        Directory.Move(temporary, target);
        if (previous is not null) Directory.Delete(previous, recursive: true);
    }

    private void Load(string checkpoint)
    {
        StateDict.LoadInto(trainer.Model, Path.Combine(checkpoint, "master.safetensors"));
        trainer.Optimizer.load_state_dict(Path.Combine(checkpoint, "optimizer.bin"));
        if (trainer.Average.Count > 0)
        {
            using var guard = no_grad();
            using var file = SafetensorsFile.Open(Path.Combine(checkpoint, "average.safetensors"));
            for (var i = 0; i < trainer.Average.Count; i++)
            {
                using var stored = file.Read($"p{i:D5}");
                trainer.Average[i].copy_(stored);
            }
        }
        trainer.Broadcast();
        var state = JsonSerializer.Deserialize<SavedState>(File.ReadAllText(Path.Combine(checkpoint, "state.json")))!;
        (Step, Seconds, trainer.RunningNorm) = (state.Step, state.Seconds, state.Norm ?? double.NaN);
    }

    private string? Latest() => Directory.GetDirectories(folder, "step-*")
        .Where(d => !d.EndsWith(".partial", StringComparison.Ordinal)).OrderBy(d => d, StringComparer.Ordinal).LastOrDefault();

    private void Log(double loss, IReadOnlyDictionary<string, double>? scores)
    {
        var line = new Dictionary<string, double>(scores ?? new Dictionary<string, double>())
        {
            ["step"] = Step,
            ["seconds"] = Math.Round(Seconds, 1),
            ["loss"] = loss,
            ["skipped"] = trainer.SkippedSteps,
        };
        File.AppendAllText(Path.Combine(folder, "log.jsonl"), JsonSerializer.Serialize(line, JsonSerializerOptions.Default) + "\n");
    }

    private sealed record SavedState(int Step, double Seconds)
    {
        /// <summary>Running mean of the gradients' norm; null before the first step.</summary>
        public double? Norm { get; init; }
    }
}
