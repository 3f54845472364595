using System.Text;
using System.Text.RegularExpressions;

namespace Workbench.Kernel.Html;

/// <summary>Console text as a terminal would leave it: carriage returns overwrite the line, escape sequences are dropped, and all of it is escaped.</summary>
internal static partial class TerminalText
{
    [GeneratedRegex("\u001b(\\[[0-9;?]*[ -/]*[@-~]|\\][^\u0007\u001b]*(\u0007|\u001b\\\\)?|[@-_])")]
    private static partial Regex Escapes();

    public static string ToHtml(string text)
    {
        var clean = Escapes().Replace(text, "").Replace("\r\n", "\n");
        var lines = new StringBuilder();
        foreach (var (line, i) in clean.Split('\n').Select((l, i) => (l, i)))
        {
            if (i > 0) lines.Append('\n');
            lines.Append(Overwrite(line));
        }

        return CSharpHighlighter.Encode(new string([.. lines.ToString().Where(c => c is '\n' or '\t' || !char.IsControl(c))]));
    }

    private static string Overwrite(string line)
    {
        if (!line.Contains('\r')) return line;
        var shown = "";
        foreach (var part in line.Split('\r'))
            shown = part.Length >= shown.Length ? part : part + shown[part.Length..];
        return shown;
    }
}
