using System.Net;

namespace Workbench.Imaging;

/// <summary>Turns a picture into the MIME bundle that notebook hosts show.</summary>
internal static class MimeBundle
{
    private const int SmallestDisplaySide = 256;

    /// <summary>PNG (base64), HTML with the same PNG inside, and <paramref name="description"/> as plain text.</summary>
    public static IReadOnlyDictionary<string, string> Of(RgbImage image, string description)
    {
        var factor = Math.Max(1, SmallestDisplaySide / Math.Max(image.Width, image.Height));
        var shown = image.Enlarge(factor);
        var png = Convert.ToBase64String(shown.EncodePng());
        var text = WebUtility.HtmlEncode(description);
        return new Dictionary<string, string>
        {
            ["image/png"] = png,
            ["text/html"] = $"<img src=\"data:image/png;base64,{png}\" width=\"{shown.Width}\" height=\"{shown.Height}\" alt=\"{text}\" title=\"{text}\"/>",
            ["text/plain"] = description,
        };
    }
}
