using System.Reflection;
using Workbench.Kernel.Scripting;

namespace Workbench.Kernel.Html;

/// <summary>The plotly.js that Plotly.NET carries as a resource (MIT), for pages that draw charts offline.</summary>
public static class PlotlyScript
{
    private static readonly Lazy<string?> Script = new(Read);

    /// <summary>The script's text; null when the running program has not got Plotly.NET.</summary>
    public static string? FromPlotlyNet => Script.Value;

    /// <summary>The script's version, such as 2.27.1; null when there is none.</summary>
    public static string? Version => Resource() is { } found ? found.Name[(found.Name.IndexOf("plotly-", StringComparison.Ordinal) + "plotly-".Length)..^".min.js".Length] : null;

    private static string? Read()
    {
        if (Resource() is not { } found) return null;
        using var reader = new StreamReader(found.Owner.GetManifestResourceStream(found.Name)!);
        return reader.ReadToEnd();
    }

    private static (Assembly Owner, string Name)? Resource()
    {
        if (HostAssemblies.Find("Plotly.NET") is null) return null;
        var assembly = Assembly.Load(new AssemblyName("Plotly.NET"));
        var name = assembly.GetManifestResourceNames().FirstOrDefault(n => n.Contains("plotly-", StringComparison.Ordinal) && n.EndsWith(".min.js", StringComparison.Ordinal));
        return name is null ? null : (assembly, name);
    }
}
