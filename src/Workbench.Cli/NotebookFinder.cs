namespace Workbench.Cli;

/// <summary>A notebook to run.</summary>
/// <param name="Path">Full path.</param>
/// <param name="Relative">Path of its results under the output folder; no two are the same.</param>
internal sealed record FoundNotebook(string Path, string Relative);

/// <summary>Finds the notebooks that the command line names: files, and folders with their subfolders.</summary>
internal static class NotebookFinder
{
    private const string Extension = ".ipynb";

    /// <param name="paths">Files and folders.</param>
    /// <param name="output">The output folder; what lies in it is not taken for input.</param>
    /// <param name="html">Whether pages are written: then none is called as the index of them all.</param>
    /// <exception cref="ArgumentException">A path does not exist, is no notebook, or there is none at all.</exception>
    public static IReadOnlyList<FoundNotebook> Find(IEnumerable<string> paths, string output, bool html = true)
    {
        var found = new List<FoundNotebook>();
        var (seen, taken) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.OrdinalIgnoreCase) );
        if (html) taken.Add("index" + Extension);
        foreach (var path in paths)
        {
            var full = Path.GetFullPath(path);
            if (File.Exists(full)) Add(full, Path.GetFileName(full));
            else if (Directory.Exists(full))
                foreach (var file in InFolder(full, output)) Add(file, Path.GetRelativePath(full, file));
            else throw new ArgumentException($"There is no notebook and no folder '{path}'{(path.StartsWith('-') ? ", and no option of that name: see --help" : "")}.");
        }

        return found.Count > 0 ? found : throw new ArgumentException($"There are no {Extension} files in {string.Join(", ", paths)}.");

        void Add(string file, string relative)
        {
            if (!file.EndsWith(Extension, StringComparison.OrdinalIgnoreCase)) throw new ArgumentException($"'{file}' is not an {Extension} file.");
            if (!seen.Add(file)) return;
            var name = relative;
            for (var n = 2; !taken.Add(name); n++) name = $"{relative[..^Extension.Length]}-{n}{Extension}";
            found.Add(new(file, name));
        }
    }

    private static IEnumerable<string> InFolder(string folder, string output)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*" + Extension).Order(StringComparer.Ordinal)) yield return file;
        foreach (var inner in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
        {
            // Hidden folders hold copies: .ipynb_checkpoints, .git.
            if (Path.GetFileName(inner).StartsWith('.') || inner == output.TrimEnd(Path.DirectorySeparatorChar)) continue;
            foreach (var file in InFolder(inner, output)) yield return file;
        }
    }
}
