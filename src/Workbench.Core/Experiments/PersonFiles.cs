using System.Globalization;
using System.Text.Json;
using Workbench.Weights;

namespace Workbench.Experiments;

/// <summary>A study's files, one a person, so that a stopped study goes on where it stopped. Files of other settings or weights are done again.</summary>
/// <param name="folder">Folder of the files.</param>
/// <param name="settings">All that a person's result depends on, beside the person.</param>
internal sealed class PersonFiles(string folder, string settings)
{
    /// <summary>The settings of a study as one text: options and weights.</summary>
    public static string Settings(object options, ScenarioModels models, object seed) =>
        string.Create(CultureInfo.InvariantCulture, $"{JsonSerializer.Serialize(options, options.GetType(), ModelConfigFile.Options)}\nseed {seed}\nweights {models.WeightsFingerprint()} purifiers {ScenarioPhotos.Weights(models.Purifiers)}\n");

    /// <summary>Path of a person's file.</summary>
    public string Of(int subject) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"subject{subject}.json"));

    /// <summary>True when a person's file is there and was made with these settings.</summary>
    public bool IsDone(int subject) => File.Exists(Of(subject)) && File.Exists(Key(subject)) && File.ReadAllText(Key(subject)) == settings;

    /// <summary>Marks a person as done; call it when the file is written.</summary>
    public void Finish(int subject) => AtomicFile.WriteText(Key(subject), settings);

    /// <summary>Takes away what says that an older file is whole, before a new one is begun.</summary>
    public void Begin(int subject)
    {
        if (File.Exists(Key(subject))) File.Delete(Key(subject));
    }

    private string Key(int subject) => Path.ChangeExtension(Of(subject), ".settings");
}
