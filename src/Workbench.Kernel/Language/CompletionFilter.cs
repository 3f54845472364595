using Microsoft.CodeAnalysis.Completion;

namespace Workbench.Kernel.Language;

/// <summary>Chooses among the compiler's possibilities by what was typed, and puts them into our form.</summary>
internal static class CompletionFilter
{
    private const int MaxItems = 500;
    private static readonly HashSet<string> Kinds =
    [
        "Method", "ExtensionMethod", "Property", "Field", "Event", "Class", "Structure", "Interface", "Enum", "EnumMember", "Delegate", "Namespace", "Keyword",
        "Local", "Parameter", "Constant", "TypeParameter", "Operator", "Record", "Snippet", "RangeVariable",
    ];

    /// <summary>Items that begin with the typed text (first those in the same case), or else those that contain it.</summary>
    public static IReadOnlyList<CompletionItem> Matching(IEnumerable<CompletionItem> items, string typed)
    {
        var all = items.Where(i => !i.Tags.Contains("Snippet") && i.DisplayText.Length > 0).ToList();
        if (typed.Length == 0) return [.. Ordered(all).Take(MaxItems)];
        var begin = all.Where(i => i.FilterText.StartsWith(typed, StringComparison.OrdinalIgnoreCase)).ToList();
        if (begin.Count == 0) begin = all.Where(i => i.FilterText.Contains(typed, StringComparison.OrdinalIgnoreCase)).ToList();
        return [.. Ordered(begin.OrderByDescending(i => i.FilterText.StartsWith(typed, StringComparison.Ordinal))).Take(MaxItems)];

        static IEnumerable<CompletionItem> Ordered(IEnumerable<CompletionItem> some) => some.DistinctBy(Text, StringComparer.Ordinal);
    }

    /// <summary>The item with its description, whose first line is the signature.</summary>
    public static CellCompletion Describe(CompletionItem item, string description)
    {
        var lines = description.Replace('\u00A0', ' ').ReplaceLineEndings("\n").Split('\n', 2);
        var kind = item.Tags.FirstOrDefault(Kinds.Contains) ?? "";
        return new(Text(item), kind.ToLowerInvariant(), lines[0].Trim(), lines.Length > 1 ? lines[1].Trim() : "");
    }

    private static string Text(CompletionItem item) => item.Properties.TryGetValue("InsertionText", out var text) ? text : item.DisplayText;
}
