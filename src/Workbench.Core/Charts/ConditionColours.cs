namespace Workbench.Charts;

/// <summary>The colour of a condition depends on its name, so that "clean" looks the same in every chart of every notebook.</summary>
public static class ConditionColours
{
    // Families: clean photos green, random noise grey, protected red, purified blue, decoupled violet, the adaptive attack orange. What is sampled
    // without the negative prompt is the paler one.
    private static readonly Dictionary<string, string> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["clean"] = "#2ca02c",
        ["clean+purified+cdl"] = "#98df8a",
        ["protected"] = "#d62728",
        ["random"] = "#7f7f7f",
        ["random noise"] = "#7f7f7f",
        ["random-sign"] = "#7f7f7f",
        ["purified"] = "#1f77b4",
        ["protected+purified"] = "#1f77b4",
        ["protected+cdl"] = "#9467bd",
        ["protected + CDL"] = "#9467bd",
        ["protected+cdl-no-negative"] = "#c5b0d5",
        ["protected+purified+cdl"] = "#5e3c99",
        ["protected+purified+cdl-no-negative"] = "#a79bcf",
        ["adaptive"] = "#ff7f0e",
        ["adaptive+purified+cdl"] = "#ffbb78",
        // What a picture is seen as and through: neither is a condition.
        ["photo"] = "#c2a878",
        ["what the autoencoder hands on"] = "#3d405b",
        ["reads as person"] = "#8fb0d6",
        ["reads as noise"] = "#b9a58a",
    };

    private static readonly string[] Palette =
    [
        "#ff7f0e", "#9467bd", "#17becf", "#8c564b", "#e377c2", "#bcbd22",
        "#1b3a6b", "#f2b701", "#11a579", "#7b1e3a", "#80ba5a", "#6fa8dc",
    ];

    /// <summary>The colour of one name, <c>#rrggbb</c>; letter case does not matter.</summary>
    public static string Of(string name) => Known.GetValueOrDefault(name) ?? Palette[Slot(name)];

    /// <summary>The colours of the names of one chart: where two names would share a colour, the later one takes the next free.</summary>
    internal static IReadOnlyDictionary<string, string> For(IEnumerable<string> names, IReadOnlyDictionary<string, string> chosen)
    {
        var colours = new Dictionary<string, string>(StringComparer.Ordinal);
        var all = names.Distinct(StringComparer.Ordinal).ToArray();
        // Fixed colours first, so that no free one is the same.
        foreach (var name in all)
            if (chosen.TryGetValue(name, out var choice) || Known.TryGetValue(name, out choice)) colours[name] = choice;
        foreach (var name in all.Where(name => !colours.ContainsKey(name)))
        {
            var slot = Slot(name);
            for (var tries = 0; tries < Palette.Length && colours.ContainsValue(Palette[slot]); tries++) slot = (slot + 1) % Palette.Length;
            colours[name] = Palette[slot];
        }

        return colours;
    }

    /// <summary>FNV-1a: string hash codes of the runtime differ from run to run.</summary>
    private static int Slot(string name)
    {
        var hash = 2166136261u;
        foreach (var character in name.ToLowerInvariant()) hash = (hash ^ character) * 16777619u;
        return (int)(hash % (uint)Palette.Length);
    }
}
