namespace Workbench.Kernel.Scripting;

/// <summary>What a stretch of a cell is.</summary>
internal enum StepKind
{
    CSharp,
    Markdown,
    Html,
    Command,
}

/// <summary>A stretch of a cell that runs as one.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Code (with as many blank lines before it as the cell has, so that lines agree), prose, or a command's arguments.</param>
/// <param name="Command">The magic without <c>#!</c>, for commands.</param>
/// <param name="Line">One-based line of the cell where it begins.</param>
internal sealed record CellStep(StepKind Kind, string Text, string Command, int Line);

/// <summary>Splits a cell at its magics (<c>#!name</c> at the start of a line).</summary>
internal static class CellSource
{
    private static readonly HashSet<string> OtherLanguages = new(StringComparer.OrdinalIgnoreCase)
    {
        "fsharp", "f#", "pwsh", "powershell", "javascript", "js", "sql", "kql", "mermaid", "python", "r", "vbnet", "http", "connect",
    };

    private static readonly HashSet<string> Commands = ["time", "who", "whos", "import", "lsmagic", "about", "help", "set"];

    /// <summary>Every magic that runs here, without <c>#!</c>.</summary>
    public static IEnumerable<string> MagicNames => Commands.Concat(["csharp", "markdown", "html"]);

    /// <summary>The cell with all that is not C# blanked out; lines and columns stay.</summary>
    /// <param name="source">The cell.</param>
    /// <param name="tolerant">Take unknown magics for blank lines, as in a cell that is still being typed.</param>
    /// <exception cref="CellErrorException">The cell has a magic that is not known.</exception>
    public static string CSharpOnly(string source, bool tolerant = false)
    {
        if (!source.Contains("#!", StringComparison.Ordinal)) return source;
        if (!tolerant) _ = Parse(source);
        var lines = source.Split('\n');
        var csharp = true;
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith("#!", StringComparison.Ordinal))
            {
                var name = lines[i][2..].Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries).FirstOrDefault("").ToLowerInvariant();
                if (!Commands.Contains(name)) csharp = name is "csharp" or "c#" or "";
                lines[i] = new(' ', lines[i].Length);
            }
            else if (!csharp)
            {
                lines[i] = new(' ', lines[i].Length);
            }
        }

        return string.Join('\n', lines);
    }

    public static IReadOnlyList<CellStep> Parse(string source)
    {
        var steps = new List<CellStep>();
        var lines = source.ReplaceLineEndings("\n").Split('\n');
        var (kind, start) = (StepKind.CSharp, 0);
        for (var i = 0; i <= lines.Length; i++)
        {
            if (i < lines.Length && !lines[i].StartsWith("#!", StringComparison.Ordinal)) continue;
            Close(i);
            if (i == lines.Length) break;

            var words = lines[i][2..].Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var name = words.Length > 0 ? words[0] : "";
            start = i + 1;
            switch (name.ToLowerInvariant())
            {
                case "csharp" or "c#": kind = StepKind.CSharp; break;
                case "markdown": kind = StepKind.Markdown; break;
                case "html": kind = StepKind.Html; break;
                case var command when Commands.Contains(command):
                    steps.Add(new(StepKind.Command, words.Length > 1 ? words[1] : "", command, i + 1));
                    break;
                default:
                    throw CellErrorException.Magic(Refusal(name), i + 1);
            }
        }

        return steps;

        void Close(int end)
        {
            var text = string.Join('\n', lines[start..end]);
            if (string.IsNullOrWhiteSpace(text)) return;
            steps.Add(new(kind, kind == StepKind.CSharp ? new string('\n', start) + text : text.Trim('\n'), "", start + 1));
        }
    }

    /// <summary>Why a language or magic is not run.</summary>
    public static string Refusal(string name) =>
        OtherLanguages.Contains(name)
            ? $"#!{name} is not run here: this kernel runs C# only. Put the cell into C#, or open the notebook with a kernel for that language."
            : $"There is no magic #!{name}. #!lsmagic lists those there are.";
}
