using System.Text.Json;

namespace Workbench.Charts;

/// <summary>A figure in plotly.js's terms: attribute names and values of its traces and of its layout.</summary>
internal sealed record PlotlyFigure(IReadOnlyList<Dictionary<string, object>> Traces, Dictionary<string, object> Layout)
{
    private static volatile bool plotlyNetIsAbsent;

    /// <summary>The figure as JSON, by Plotly.NET; by the framework in hosts whose own FSharp.Core keeps Plotly.NET from loading.</summary>
    public string ToJson()
    {
        if (plotlyNetIsAbsent) return ToPlainJson();
        try
        {
            return PlotlyNetWriter.Write(this);
        }
        catch (Exception e) when (e is FileNotFoundException or FileLoadException or TypeLoadException or MissingMemberException or TypeInitializationException)
        {
            plotlyNetIsAbsent = true;
            return ToPlainJson();
        }
    }

    /// <summary>The same figure without Plotly.NET.</summary>
    internal string ToPlainJson() => JsonSerializer.Serialize(new Dictionary<string, object> { ["data"] = Traces, ["layout"] = Layout });

    /// <summary>Numbers for JSON, which has no NaN: plotly.js leaves a gap at null.</summary>
    public static double?[] Numbers(IEnumerable<double> values) => [.. values.Select(v => double.IsFinite(v) ? v : (double?)null)];

    /// <summary>Text that plotly.js shows as it stands: it reads tags otherwise.</summary>
    public static string Text(string text) => text.Replace("<", "&lt;", StringComparison.Ordinal);

    /// <inheritdoc cref="Text(string)"/>
    public static string[] Texts(IEnumerable<string> texts) => [.. texts.Select(Text)];
}
