using Workbench.Kernel.Scripting;

namespace Workbench.Kernel.Language;

/// <summary>Completes the names of magics at the beginning of a line.</summary>
internal static class MagicCompletion
{
    /// <summary>Null when the cursor is not at a magic's name.</summary>
    public static CellCompletions? At(string code, int cursor)
    {
        var start = cursor == 0 ? 0 : code.LastIndexOf('\n', cursor - 1) + 1;
        var typed = code[start..cursor];
        if (!typed.StartsWith("#!", StringComparison.Ordinal) || typed.Contains(' ')) return null;
        var found = CellSource.MagicNames.Select(name => "#!" + name).Where(m => m.StartsWith(typed, StringComparison.OrdinalIgnoreCase));
        return new(start, cursor, [.. found.Order(StringComparer.Ordinal).Select(m => new CellCompletion(m, "magic"))]);
    }
}
