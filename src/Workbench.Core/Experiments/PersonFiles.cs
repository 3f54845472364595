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

    /// <summary>Marks a person as done; call it when the file is written.</summary>
    public void Finish(int subject) => AtomicFile.WriteText(Key(subject), settings);

    /// <summary>Takes away what says that an older file is whole, before a new one is begun.</summary>
    public void Begin(int subject)
    {
        if (File.Exists(Key(subject))) File.Delete(Key(subject));
    }

    private string Key(int subject) => Path.ChangeExtension(Of(subject), Extension);
}
