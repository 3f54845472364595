namespace Workbench.Kernel.Scripting;

/// <summary>Quotes a source line, with a caret under a column.</summary>
internal static class SourceMark
{
    public static IEnumerable<string> At(string source, int line, int? column = null)
    {
        var lines = source.Split('\n');
        if (line < 1 || line > lines.Length) yield break;
        var text = lines[line - 1].TrimEnd('\r').Replace('\t', ' ');
        var gutter = $"{line,5} | ";
        yield return gutter + text;
        if (column is { } c && c >= 1 && c <= text.Length + 1) yield return new string(' ', gutter.Length + c - 1) + "^";
    }
}
