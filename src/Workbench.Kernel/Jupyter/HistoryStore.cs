using System.IO.Enumeration;

namespace Workbench.Kernel.Jupyter;

/// <summary>The cells that ran, for the front end's history. Thread-safe; the oldest entries go.</summary>
internal sealed class HistoryStore
{
    /// <summary>This kernel keeps the history of its own session only.</summary>
    public const int SessionNumber = 1;

    private const int Capacity = 10_000;
    private readonly LinkedList<HistoryEntry> entries = new();
    private readonly Lock gate = new();

    public void Add(int line, string input, string? output)
    {
        lock (gate)
        {
            entries.AddLast(new HistoryEntry(line, input, output));
            if (entries.Count > Capacity) entries.RemoveFirst();
        }
    }

    /// <summary>The last entries.</summary>
    public IReadOnlyList<HistoryEntry> Tail(int count)
    {
        lock (gate) return [.. entries.TakeLast(Math.Max(0, count))];
    }

    /// <summary>Entries from start up to, not including, stop; sessions are 1, 0 for this one, or negative for earlier ones.</summary>
    public IReadOnlyList<HistoryEntry> Range(int session, int start, int? stop)
    {
        if (session is not (0 or SessionNumber)) return [];
        lock (gate) return [.. entries.Where(e => e.Line >= start && (stop is null || e.Line < stop))];
    }

    /// <summary>Entries whose input fits a pattern with * and ?.</summary>
    public IReadOnlyList<HistoryEntry> Search(string pattern, int? count, bool unique)
    {
        lock (gate)
        {
            var found = entries.Where(e => FileSystemName.MatchesSimpleExpression(pattern.Replace("\\", "\\\\", StringComparison.Ordinal), e.Input, ignoreCase: false));
            if (unique) found = found.Reverse().DistinctBy(e => e.Input, StringComparer.Ordinal).Reverse();
            return [.. count is { } n ? found.TakeLast(Math.Max(0, n)) : found];
        }
    }
}

/// <summary>One cell that ran.</summary>
/// <param name="Line">Its number in <c>In[n]</c>.</param>
/// <param name="Input">Its code.</param>
/// <param name="Output">The text of its result, if it had one.</param>
internal sealed record HistoryEntry(int Line, string Input, string? Output);
