using System.Runtime.CompilerServices;
using Plotly.NET;

namespace Workbench.Charts;

/// <summary>The one place that touches Plotly.NET, so that a host which cannot load it fails here and nowhere else.</summary>
internal static class PlotlyNetWriter
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static string Write(PlotlyFigure figure) => GenericChart.toFigureJson(Build(figure));

    private static GenericChart Build(PlotlyFigure figure)
    {
        var traces = figure.Traces.Select(attributes =>
        {
            var trace = new Trace((string)attributes["type"]);
            foreach (var (name, value) in attributes)
                if (name != "type") trace.SetProperty(name, value);
            return trace;
        });
        var layout = new Layout();
        foreach (var (name, value) in figure.Layout) layout.SetProperty(name, value);
        return GenericChart.setLayout(layout, GenericChart.ofTraceObjects<IEnumerable<Trace>>(false, traces.ToList()));
    }
}
