namespace Workbench.Experiments;

/// <summary>How a study is shared out over processes, and where they keep what they share.</summary>
/// <param name="Part">This process's part, from 0; whole people belong together.</param>
/// <param name="Parts">Number of parts.</param>
public sealed record StudyWork(int Part = 0, int Parts = 1)
{
    /// <summary>Folder of class pictures, protected and purified photos; null: <c>cache/</c> in the study's folder. Studies may share one.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>Folders of other studies whose finished runs of the same settings are taken over.</summary>
    public IReadOnlyList<string> ReuseFolders { get; init; } = [];

    /// <summary>True when a person belongs to this part.</summary>
    public bool IsMine(int subject) => subject % Parts == Part;

    internal string CacheIn(string folder) => CacheFolder ?? Path.Combine(folder, "cache");
}
