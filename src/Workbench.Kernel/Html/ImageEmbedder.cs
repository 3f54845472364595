using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Workbench.Kernel.Html;

/// <summary>Makes pictures part of the page: files beside the notebook and cell attachments become data URIs; what is not on this machine becomes a link.</summary>
internal sealed partial class ImageEmbedder(string folder)
{
    private const long MaxBytes = 32 << 20;

    [GeneratedRegex("""(<img\b[^>]*?\bsrc\s*=\s*)("([^"]*)"|'([^']*)')([^>]*>)""", RegexOptions.IgnoreCase)]
    private static partial Regex Images();

    public string Embed(string html, JsonObject? attachments = null) => Images().Replace(html, match =>
    {
        var source = WebUtility.HtmlDecode(match.Groups[3].Success ? match.Groups[3].Value : match.Groups[4].Value);
        if (source.StartsWith("data:", StringComparison.OrdinalIgnoreCase)) return match.Value;
        if (source.Contains("://", StringComparison.Ordinal) || source.StartsWith("//", StringComparison.Ordinal))
            return $"<a class=\"missing\" href=\"{WebUtility.HtmlEncode(source)}\">picture on the web: {WebUtility.HtmlEncode(source)}</a>";
        return DataUri(source, attachments) is { } uri
            ? $"{match.Groups[1].Value}\"{uri}\"{match.Groups[5].Value}"
            : $"<span class=\"missing\">no picture {WebUtility.HtmlEncode(source)}</span>";
    });

    private string? DataUri(string source, JsonObject? attachments)
    {
        if (source.StartsWith("attachment:", StringComparison.Ordinal))
            return attachments?[Uri.UnescapeDataString(source["attachment:".Length..])] is JsonObject { Count: > 0 } bundle && bundle.First() is { Value: JsonValue content } entry
                ? $"data:{WebUtility.HtmlEncode(entry.Key)};base64,{WebUtility.HtmlEncode(content.ToString().ReplaceLineEndings(""))}"
                : null;
        var path = Path.Combine(folder, Uri.UnescapeDataString(source.Split('?', '#')[0]));
        if (!File.Exists(path) || new FileInfo(path).Length > MaxBytes) return null;
        var bytes = File.ReadAllBytes(path);
        return MimeType(bytes) is { } type ? $"data:{type};base64,{Convert.ToBase64String(bytes)}" : null;
    }

    /// <summary>Recognises pictures by content, so that no other file of the machine gets into the page.</summary>
    private static string? MimeType(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => "image/png",
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => "image/gif",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => "image/webp",
        _ when System.Text.Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, 512)]).Contains("<svg", StringComparison.OrdinalIgnoreCase) => "image/svg+xml",
        _ => null,
    };
}
