using System.Globalization;
using System.Text.Json;
using Workbench.Weights;

namespace Workbench.Experiments;

/// <summary>A study's files, one a person, so that a stopped study goes on where it stopped. Files of other settings or weights are done again.</summary>
/// <param name="folder">Folder of the files.</param>
/// <param name="settings">All that a person's result depends on, beside the person.</param>
internal sealed class PersonFiles(string folder, string settings)
{
    private const string Extension = ".settings";

    /// <summary>The settings of a study as one text: options, and the weights that it reads.</summary>
    /// <param name="options">The options.</param>
    /// <param name="models">The models.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="chains">The purifier chains that the study uses; other purifiers' weights do not matter to it.</param>
    public static string Settings(object options, ScenarioModels models, object seed, params IReadOnlyList<string> chains)
    {
        var purifiers = models.Chains();
        return string.Create(CultureInfo.InvariantCulture, $"{JsonSerializer.Serialize(options, options.GetType(), ModelConfigFile.Options)}\nseed {seed}\n")
            + $"weights {models.WeightsFingerprint()} scorers {models.ScorersFingerprint()} purifiers {string.Join(' ', chains.Select(purifiers.Weights))}\n";
    }

    /// <summary>Path of a person's file.</summary>
    public string Of(int subject) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"subject{subject}.json"));

    /// <summary>True when a person's file is there and was made with these settings.</summary>
    public bool IsDone(int subject) => File.Exists(Of(subject)) && SettingsOf(Of(subject)) == settings;

    /// <summary>The files of all people that were made with these settings, by this process or another.</summary>
    public IReadOnlyList<string> Done() => !Directory.Exists(folder) ? []
        : [.. Directory.GetFiles(folder, "subject*.json").Order(StringComparer.Ordinal).Where(f => SettingsOf(f) == settings)];

    /// <summary>The settings that a person's file was made with; empty where that was not stored.</summary>
    public static string SettingsOf(string file) => Path.ChangeExtension(file, Extension) is var key && File.Exists(key) ? File.ReadAllText(key) : "";

    /// <summary>Makes the files of the people that have none, each by one process: others that make files in this folder at the same time take other people.</summary>
    /// <param name="subjects">Numbers of the people.</param>
    /// <param name="make">Writes a person's file.</param>
    /// <param name="cancellationToken">Stops before the next person, and while another process is waited for.</param>
    public void Make(IEnumerable<int> subjects, Action<int> make, CancellationToken cancellationToken)
    {
        var elsewhere = new List<int>();
        foreach (var subject in subjects)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var mine = FolderLock.TryAcquire(Lock(subject));
            if (mine is null) elsewhere.Add(subject);
            else MakeMissing(subject, make);
        }
        foreach (var subject in elsewhere)
        {
            // A process that was stopped leaves its person unfinished.
            using var mine = FolderLock.Acquire(Lock(subject), cancellationToken);
            MakeMissing(subject, make);
        }
    }

    private void MakeMissing(int subject, Action<int> make)
    {
        if (IsDone(subject)) return;
        // What says that an older file is whole must not outlive it.
        if (File.Exists(Key(subject))) File.Delete(Key(subject));
        make(subject);
        AtomicFile.WriteText(Key(subject), settings);
    }

    private string Key(int subject) => Path.ChangeExtension(Of(subject), Extension);

    private string Lock(int subject) => Of(subject) + ".lock";
}
