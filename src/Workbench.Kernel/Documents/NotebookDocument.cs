using System.Text.Json.Nodes;

namespace Workbench.Kernel.Documents;

/// <summary>
/// A Jupyter notebook (nbformat 4). Any 4.x is read, 4.5 is written, with a valid id for every cell; metadata and keys
/// that nobody here knows are kept.
/// </summary>
public sealed class NotebookDocument
{
    /// <summary>The cells, in order.</summary>
    public IList<NotebookCell> Cells { get; } = [];

    /// <summary>The notebook's metadata (kernelspec, language_info and whatever else stands there).</summary>
    public JsonObject Metadata { get; init; } = [];

    /// <summary>Top-level keys that nbformat does not define, kept on writing.</summary>
    public JsonObject Extra { get; init; } = [];

    /// <summary>The text of the first level-1 Markdown heading, or null.</summary>
    public string? Title =>
        Cells.Where(c => c.Kind == CellKind.Markdown)
            .SelectMany(c => c.Source.Split('\n'))
            .FirstOrDefault(line => line.StartsWith("# ", StringComparison.Ordinal))?[2..].Trim();

    /// <summary>Reads a notebook file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="NotebookFormatException">The file is not JSON or not a notebook; the message says why.</exception>
    public static NotebookDocument Read(string path)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"There is no notebook '{path}'.", path);
        return NotebookReader.Parse(File.ReadAllText(path), path);
    }

    /// <summary>Reads a notebook from text; <paramref name="name"/> stands for the file in error messages.</summary>
    public static NotebookDocument Parse(string json, string name = "text") => NotebookReader.Parse(json, name);

    /// <summary>Writes nbformat 4.5 under a temporary name and renames it.</summary>
    public void Write(string path) => AtomicFile.WriteAllText(path, ToJson());

    /// <summary>The notebook as nbformat 4.5 JSON, indented like Jupyter's.</summary>
    public string ToJson() => NotebookWriter.ToJson(this);
}
