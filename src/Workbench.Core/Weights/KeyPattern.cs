namespace Workbench.Weights;

/// <summary>A state-dict key, or a pattern in which <c>*</c> stands for any run of characters (<c>vision_model.*</c>).</summary>
internal static class KeyPattern
{
    /// <summary>True when <paramref name="key"/> fits one of <paramref name="patterns"/>.</summary>
    public static bool AnyMatch(IReadOnlyList<string> patterns, string key)
    {
        foreach (var pattern in patterns)
            if (Matches(pattern, key)) return true;
        return false;
    }

    private static bool Matches(string pattern, string key)
    {
        var parts = pattern.Split('*');
        if (parts.Length == 1) return pattern == key;
        if (!key.StartsWith(parts[0], StringComparison.Ordinal)) return false;
        var position = parts[0].Length;
        foreach (var middle in parts[1..^1])
        {
            var found = key.IndexOf(middle, position, StringComparison.Ordinal);
            if (found < 0) return false;
            position = found + middle.Length;
        }
        return key.Length - position >= parts[^1].Length && key.EndsWith(parts[^1], StringComparison.Ordinal);
    }
}
