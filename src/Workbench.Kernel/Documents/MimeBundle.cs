using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Workbench.Kernel.Documents;

/// <summary>
/// One value in several representations, by MIME type. Text is kept as it is, JSON types as JSON text, and binary types
/// (image/png, image/jpeg, application/pdf) as base64, as in nbformat.
/// </summary>
[SuppressMessage("Naming", "CA1710", Justification = "A MIME bundle is what Jupyter calls it.")]
public sealed class MimeBundle : IReadOnlyDictionary<string, string>
{
    private readonly Dictionary<string, string> entries;

    /// <summary>An empty bundle.</summary>
    public MimeBundle() => entries = new(StringComparer.Ordinal);

    /// <summary>Copies the entries of a dictionary.</summary>
    public MimeBundle(IEnumerable<KeyValuePair<string, string>> entries) => this.entries = new(entries, StringComparer.Ordinal);

    /// <summary>A bundle with text/plain alone.</summary>
    public static MimeBundle Plain(string text) => new([new("text/plain", text)]);

    /// <summary>A bundle with text/html and its text/plain companion.</summary>
    public static MimeBundle Html(string html, string plain) => new([new("text/html", html), new("text/plain", plain)]);

    /// <summary>The types whose content is JSON, and so is written as JSON and not as a string.</summary>
    public static bool IsJson(string mimeType) =>
        mimeType.StartsWith("application/", StringComparison.Ordinal)
        && (mimeType.EndsWith("+json", StringComparison.Ordinal) || mimeType == "application/json");

    /// <summary>The same bundle with one more representation.</summary>
    public MimeBundle With(string mimeType, string content) =>
        new(entries.Where(e => e.Key != mimeType).Append(new(mimeType, content)));

    /// <inheritdoc/>
    public string this[string key] => entries[key];

    /// <inheritdoc/>
    public IEnumerable<string> Keys => entries.Keys;

    /// <inheritdoc/>
    public IEnumerable<string> Values => entries.Values;

    /// <inheritdoc/>
    public int Count => entries.Count;

    /// <inheritdoc/>
    public bool ContainsKey(string key) => entries.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value) => entries.TryGetValue(key, out value);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
