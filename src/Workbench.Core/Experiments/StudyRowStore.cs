using System.Text.Json;
using Workbench.Weights;

namespace Workbench.Experiments;

/// <summary>Rows of a study as files, so that an interrupted study goes on where it stopped, and several processes share one.</summary>
/// <remarks>
/// A row of an earlier program may lack columns that have come since: it is read as it is, and their cells stay empty. Who wants them deletes the row's
/// file; pictures and trainings are kept elsewhere and used again.
/// </remarks>
internal sealed class StudyRowStore(string folder)
{
    /// <summary>The row called <paramref name="name"/>; null where it is not there or was made from something else.</summary>
    /// <param name="name">File name without extension.</param>
    /// <param name="key">All that the row depends on.</param>
    public StudyRow? Read(string name, string key) =>
        File.Exists(FileOf(name)) && StoredJson.Read<Stored>(FileOf(name), "a row of a study") is var stored && stored.Key == key ? stored.Row : null;

    /// <summary>Makes the row where it is missing, unless another process is at it.</summary>
    public void Fill(string name, string key, Func<StudyRow> make)
    {
        if (Read(name, key) is not null) return;
        using var taken = FolderLock.TryAcquire(FileOf(name) + ".lock");
        if (taken is null || Read(name, key) is not null) return;
        AtomicFile.WriteText(FileOf(name), JsonSerializer.Serialize(new Stored(key, make()), ModelConfigFile.Options) + "\n");
    }

    private string FileOf(string name) => Path.Combine(folder, $"{name}.json");

    private sealed record Stored(string Key, StudyRow Row);
}
