using System.Reflection;
using Workbench.Kernel.Scripting;

namespace Workbench.Kernel.Html;

/// <summary>The plotly.js that Plotly.NET carries as a resource (MIT), for pages that draw charts offline.</summary>
public static class PlotlyScript
{
    private static readonly Lazy<string?> Script = new(Read);

    /// <summary>The script's text; null when the running program has not got Plotly.NET.</summary>
    public static string? FromPlotlyNet => Script.Value;

    private static string? Read()
    {
        if (HostAssemblies.Find("Plotly.NET") is null) return null;
        var assembly = Assembly.Load(new AssemblyName("Plotly.NET"));
        var name = assembly.GetManifestResourceNames().FirstOrDefault(n => n.Contains("plotly-", StringComparison.Ordinal) && n.EndsWith(".min.js", StringComparison.Ordinal));
        if (name is null) return null;
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
