using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Workbench.Tensors;
using Workbench.Weights;

namespace Workbench.Personalization;

/// <summary>
/// A training's state in one safetensors file: weights, both moments and the step. Written under a temporary name and renamed, so that a
/// run killed at any moment finds either the previous or the next one, whole.
/// </summary>
public sealed class TrainingCheckpoint
{
    private const string StepKey = "step", RunKey = "run", UpdatesKey = "updates", LogKey = "log";
    // A loss that is not finite is reported too.
    private static readonly JsonSerializerOptions Numbers = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };
    private readonly string path, run;

    /// <summary>The checkpoint of one run in <paramref name="folder"/>.</summary>
    /// <param name="folder">Made when missing.</param>
    /// <param name="run">Says which run this is: settings, seed and data. A checkpoint of another run is refused.</param>
    public TrainingCheckpoint(string folder, string run)
    {
        path = System.IO.Path.Combine(folder, "training.safetensors");
        this.run = run;
    }

    /// <summary>The file.</summary>
    public string Path => path;

    /// <summary>Saves the state after <paramref name="step"/> steps, and what was reported of them.</summary>
    public void Save(DreamBoothTraining training, int step, IReadOnlyList<DreamBoothProgress> log) =>
        SafetensorsFile.Write(path, training.State(), new Dictionary<string, string>
        {
            [StepKey] = step.ToString(CultureInfo.InvariantCulture),
            // A step whose gradient is not finite changes nothing and is no update.
            [UpdatesKey] = training.StepCount.ToString(CultureInfo.InvariantCulture),
            [RunKey] = run,
            [LogKey] = JsonSerializer.Serialize(log, Numbers),
        });

    /// <summary>Puts <paramref name="training"/> where the checkpoint left off.</summary>
    /// <param name="training">Of the run's settings.</param>
    /// <param name="maxSteps">Steps that are asked for; a run may be prolonged, not shortened.</param>
    /// <returns>Steps done, 0 when there is no checkpoint; and what was reported of them.</returns>
    /// <exception cref="WeightsException">The file belongs to another run, has taken more steps, or is damaged.</exception>
    public (int Step, IReadOnlyList<DreamBoothProgress> Log) Resume(DreamBoothTraining training, int maxSteps)
    {
        if (!File.Exists(path)) return (0, []);
        using var file = SafetensorsFile.Open(path);
        if (!file.Metadata.TryGetValue(RunKey, out var saved) || saved != run)
            throw new WeightsException(path, null, "this checkpoint is of a run with other settings, seed or pictures; remove it or choose another folder");
        if (!file.Metadata.TryGetValue(StepKey, out var text) || !int.TryParse(text, CultureInfo.InvariantCulture, out var step))
            throw new WeightsException(path, null, "the checkpoint does not say its step");
        if (step > maxSteps) throw new WeightsException(path, null, $"the checkpoint is {step} steps old and {maxSteps} were asked for; remove it or choose another folder");
        var updates = file.Metadata.TryGetValue(UpdatesKey, out var count) && int.TryParse(count, CultureInfo.InvariantCulture, out var made) ? made : step;
        training.Restore(key => file.Contains(key) ? file.Read(key) : null, updates);
        return (step, Log(file));
    }

    // Checkpoints of earlier versions have none.
    private DreamBoothProgress[] Log(SafetensorsFile file)
    {
        try
        {
            return file.Metadata.TryGetValue(LogKey, out var log) ? JsonSerializer.Deserialize<DreamBoothProgress[]>(log, Numbers) ?? [] : [];
        }
        catch (JsonException e)
        {
            throw new WeightsException(path, null, $"the log of the training cannot be read ({e.Message})");
        }
    }

    /// <summary>Removes the file.</summary>
    public void Delete() => File.Delete(path);
}

/// <summary>Where and how often a trainer keeps its state.</summary>
/// <param name="Folder">Folder of the checkpoint.</param>
/// <param name="Every">Steps between two saves.</param>
public sealed record CheckpointOptions(string Folder, int Every = 50)
{
    /// <summary>Checks the numbers.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Names the property.</exception>
    public void Validate() => ArgumentOutOfRangeException.ThrowIfLessThan(Every, 1);
}
