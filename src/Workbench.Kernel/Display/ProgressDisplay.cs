using System.Diagnostics;
using System.Globalization;
using System.Text.Encodings.Web;
using Workbench.Kernel.Documents;

namespace Workbench.Kernel.Display;

/// <summary>
/// A progress bar in the running cell that moves in place, at most ten times a second. Report fractions in [0, 1].
/// </summary>
public sealed class ProgressDisplay : IProgress<double>, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private readonly string label;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly DisplayedValue shown;
    private readonly Lock gate = new();
    private TimeSpan last;
    private double fraction;

    /// <summary>Shows an empty bar.</summary>
    public ProgressDisplay(string label = "")
    {
        this.label = label;
        shown = CellFunctions.display(Bar());
    }

    /// <summary>Moves the bar.</summary>
    public void Report(double value)
    {
        lock (gate)
        {
            fraction = double.IsNaN(value) ? fraction : Math.Clamp(value, 0, 1);
            if (fraction < 1 && clock.Elapsed - last < Pause) return;
            last = clock.Elapsed;
            shown.Update(Bar());
        }
    }

    /// <summary>Shows the last state.</summary>
    public void Dispose()
    {
        lock (gate) shown.Update(Bar());
    }

    private MimeBundle Bar()
    {
        var percent = (fraction * 100).ToString("0", CultureInfo.InvariantCulture);
        var text = $"{label}{(label.Length > 0 ? ": " : "")}{percent} %, {clock.Elapsed.TotalSeconds:0.0} s";
        return MimeBundle.Html($"<progress max=\"100\" value=\"{percent}\"></progress> <span>{HtmlEncoder.Default.Encode(text)}</span>", text);
    }
}
