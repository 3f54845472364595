namespace Workbench.Tests;

/// <summary>A folder of its own for one test, deleted when the test ends.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("workbench-").FullName;

    public string File(params string[] relative) => System.IO.Path.Combine([Path, .. relative]);

    public string WriteText(string text, params string[] relative)
    {
        var path = File(relative);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
