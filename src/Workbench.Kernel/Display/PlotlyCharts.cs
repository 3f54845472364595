using System.Reflection;
using System.Text.Encodings.Web;
using Workbench.Kernel.Documents;
using Workbench.Kernel.Html;

namespace Workbench.Kernel.Display;

/// <summary>
/// Charts of Plotly.NET, known by the type's name so that the kernel does not need the package: a figure for front ends
/// that draw such, and HTML that draws it with the page's plotly.js, or else with the one on plotly's own server.
/// </summary>
internal static class PlotlyCharts
{
    private const string TypeName = "Plotly.NET.GenericChart";

    private const string Script =
        """
        (function () {
          var place = document.getElementById('PLACE');
          var draw = function (plotly) {
            var figure = JSON.parse(place.getAttribute('data-plotly'));
            plotly.newPlot(place, figure.data, figure.layout, { responsive: true });
          };
          var fail = function () { place.textContent = 'This chart is not drawn: the page has no plotly.js and could not load it from SOURCE.js'; };
          if (window.Plotly) { draw(window.Plotly); return; }
          if (window.require && window.require.config) { window.require(['SOURCE'], draw, fail); return; }
          var script = document.createElement('script');
          script.src = 'SOURCE.js';
          script.onload = function () { draw(window.Plotly); };
          script.onerror = fail;
          document.head.appendChild(script);
        })();
        """;

    /// <summary>What to show of a value; null when it is no such chart.</summary>
    public static MimeBundle? Of(object? value)
    {
        for (var type = value?.GetType(); type is not null; type = type.BaseType)
            if (type.FullName == TypeName) return type.GetMethod("toFigureJson", BindingFlags.Public | BindingFlags.Static) is { } write ? Show((string)write.Invoke(null, [value])!) : null;
        return null;
    }

    private static MimeBundle Show(string figure)
    {
        var place = $"chart-{Guid.NewGuid():N}";
        var script = Script.Replace("PLACE", place, StringComparison.Ordinal).Replace("SOURCE", $"https://cdn.plot.ly/plotly-{PlotlyScript.Version ?? "2.27.1"}.min", StringComparison.Ordinal);
        return new(
            [
                new("application/vnd.plotly.v1+json", figure),
                new("text/html", $"<div id=\"{place}\" class=\"workbench-plotly\" data-plotly=\"{HtmlEncoder.Default.Encode(figure)}\"></div><script>{script}</script>"),
                new("text/plain", "a chart of Plotly.NET"),
            ]);
    }
}
