using System.Net;
using Microsoft.Data.Analysis;
using Microsoft.DotNet.Interactive.Formatting;
using SkiaSharp;
using TorchSharp;
using Workbench.Imaging;

namespace Workbench.Charts;

/// <summary>How notebooks show what the library works with: tensors, pictures, data frames, charts, galleries, score tables.</summary>
/// <remarks>
/// The Workbench's own hosts call <see cref="Register"/> when a notebook references the library; in .NET Interactive the
/// first cell calls it.
/// </remarks>
public static class NotebookFormatters
{
    private const string Html = "text/html";
    private const string Plain = "text/plain";
    private static readonly Lock Gate = new();
    private static bool isDone;

    /// <summary>Registers the formatters; calls after the first do nothing.</summary>
    public static void Register()
    {
        lock (Gate)
        {
            if (isDone) return;
            isDone = true;
            Add<torch.Tensor>(TensorPreview.Html, TensorPreview.Text);
            Add<DataFrame>(frame => FrameTable.Of(frame).ToHtml(), frame => FrameTable.Of(frame).ToText());
            Add<SKBitmap>(PictureHtml, bitmap => $"SKBitmap {bitmap.Width}×{bitmap.Height}");
            AddBundle<RgbImage>(image => image.ToMimeBundle());
            AddBundle<ImageBatch>(batch => batch.ToMimeBundle());
            AddBundle<Gallery>(gallery => gallery.ToMimeBundle());
            AddBundle<ScoreTable>(table => table.ToMimeBundle());
            AddBundle<CausalGraph>(graph => graph.ToMimeBundle());
            AddBundle<Chart>(chart => chart.ToMimeBundle(), "application/vnd.plotly.v1+json", Html);
        }
    }

    private static void Add<T>(Func<T, string> html, Func<T, string> plain)
    {
        Formatter.Register<T>(value => html(value), Html);
        Formatter.Register<T>(value => plain(value), Plain);
        Formatter.SetPreferredMimeTypesFor(typeof(T), Html);
    }

    /// <summary>For hosts that do not ask a value for its own bundle.</summary>
    private static void AddBundle<T>(Func<T, IReadOnlyDictionary<string, string>> bundle, params string[] preferred)
    {
        string[] shown = preferred.Length > 0 ? preferred : [Html];
        foreach (var type in shown.Append(Plain)) Formatter.Register<T>(value => bundle(value)[type], type);
        Formatter.SetPreferredMimeTypesFor(typeof(T), shown);
    }

    private static string PictureHtml(SKBitmap bitmap)
    {
        if (bitmap.Handle == 0 || bitmap.IsEmpty) return "<code>SKBitmap (empty)</code>";
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        var words = WebUtility.HtmlEncode($"SKBitmap {bitmap.Width}×{bitmap.Height}");
        return $"<img src=\"data:image/png;base64,{Convert.ToBase64String(data.AsSpan())}\" alt=\"{words}\" title=\"{words}\">";
    }
}
