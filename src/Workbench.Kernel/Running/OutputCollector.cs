using System.Globalization;
using Workbench.Kernel.Documents;
using Workbench.Kernel.Scripting;

namespace Workbench.Kernel.Running;

/// <summary>Puts the events of cells into their outputs, as a front end would: streams are joined, updates change displays in place.</summary>
internal sealed class OutputCollector(int maxStreamCharacters)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, List<DisplayOutput>> displays = new(StringComparer.Ordinal);
    private bool closed;

    /// <summary>Returns the receiver of one cell's events.</summary>
    public Action<CellEvent> For(NotebookCell cell, int executionCount)
    {
        var (written, clear) = (0L, false);
        return e =>
        {
            lock (gate)
            {
                if (closed) return;
                if (e is OutputCleared cleared)
                {
                    clear = cleared.Wait;
                    if (!cleared.Wait) cell.Outputs.Clear();
                    return;
                }

                if (clear && e is not DisplayUpdated)
                {
                    cell.Outputs.Clear();
                    clear = false;
                }

                switch (e)
                {
                    case StreamWritten stream:
                        Append(cell, stream, ref written);
                        break;
                    case ValueDisplayed shown:
                        var output = new DisplayOutput(shown.Data) { DisplayId = shown.DisplayId };
                        cell.Outputs.Add(output);
                        if (shown.DisplayId is { } id) (displays.TryGetValue(id, out var known) ? known : displays[id] = []).Add(output);
                        break;
                    case DisplayUpdated update:
                        foreach (var display in displays.GetValueOrDefault(update.DisplayId) ?? []) display.Data = update.Data;
                        break;
                    case ResultProduced result:
                        cell.Outputs.Add(new DisplayOutput(result.Data) { IsResult = true, ExecutionCount = executionCount });
                        break;
                }
            }
        };
    }

    /// <summary>Drops what comes from now on, from work that cells left running.</summary>
    public void Close()
    {
        lock (gate) closed = true;
    }

    /// <summary>Runs while no event changes an output (for writing the document).</summary>
    public void Locked(Action action)
    {
        lock (gate) action();
    }

    private void Append(NotebookCell cell, StreamWritten stream, ref long written)
    {
        var before = written;
        written += stream.Text.Length;
        if (before >= maxStreamCharacters) return;
        var text = written <= maxStreamCharacters
            ? stream.Text
            : stream.Text[..(int)(maxStreamCharacters - before)]
              + string.Create(CultureInfo.InvariantCulture, $"\n[more than {maxStreamCharacters:N0} characters: the rest is dropped]\n");
        if (cell.Outputs.LastOrDefault() is StreamOutput last && last.Name == stream.Name) last.Append(text);
        else cell.Outputs.Add(new StreamOutput(stream.Name, text));
    }
}
