using System.IO.Compression;
using System.Text;

namespace Workbench.Imaging;

/// <summary>Text inside a PNG file: where a generated picture keeps its prompt, seed and settings.</summary>
/// <remarks>Latin-1 values are written as <c>tEXt</c>, others as UTF-8 <c>iTXt</c>; <c>zTXt</c> and compressed <c>iTXt</c> are read too.</remarks>
public static class PngText
{
    // A few lines of JSON compress well, but a hostile file must not be able to expand without bound.
    private const int MaxInflatedBytes = 4 << 20;

    /// <summary>All text chunks of the PNG file at <paramref name="path"/>, keyword → value; empty for a PNG without text.</summary>
    /// <exception cref="InvalidDataException">Not a PNG file, or a damaged one.</exception>
    public static IReadOnlyDictionary<string, string> Read(string path) => Read(File.ReadAllBytes(path), path);

    /// <summary>All text chunks of a PNG file in memory.</summary>
    /// <param name="png">The whole file.</param>
    /// <param name="name">What to call it in error messages.</param>
    public static IReadOnlyDictionary<string, string> Read(byte[] png, string name = "picture")
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (type, offset, length) in PngChunks.List(png, name))
        {
            if (type is not ("tEXt" or "zTXt" or "iTXt")) continue;
            var data = png.AsSpan(offset, length);
            var end = data.IndexOf((byte)0);
            if (end < 1) throw new InvalidDataException($"{name}: a {type} chunk has no keyword.");
            var keyword = Encoding.Latin1.GetString(data[..end]);
            var rest = data[(end + 1)..];
            texts[keyword] = type switch
            {
                "tEXt" => Encoding.Latin1.GetString(rest),
                "zTXt" => Encoding.Latin1.GetString(Inflate(rest.Length > 0 ? rest[1..] : rest, name)),
                _ => ReadInternational(rest, name),
            };
        }
        return texts;
    }

    /// <summary>A copy of <paramref name="png"/> with text chunks after the header.</summary>
    /// <exception cref="ArgumentException">A keyword is not 1 to 79 printable Latin-1 characters.</exception>
    internal static byte[] Insert(byte[] png, IReadOnlyDictionary<string, string> text)
    {
        var chunks = PngChunks.List(png, "picture");
        var afterHeader = chunks[0].Offset + chunks[0].Length + 4;
        using var stream = new MemoryStream();
        stream.Write(png, 0, afterHeader);
        foreach (var (keyword, value) in text)
        {
            if (keyword.Length is < 1 or > 79 || keyword.Any(c => c is < ' ' or > '\u00FF' or (> '~' and < '\u00A1')))
                throw new ArgumentException($"PNG text keyword '{keyword}': expected 1 to 79 printable Latin-1 characters.", nameof(text));
            byte[] key = [.. Encoding.Latin1.GetBytes(keyword), 0];
            if (value.All(c => c is '\n' or (>= ' ' and <= '~') or (>= '\u00A1' and <= '\u00FF')))
                PngChunks.Append(stream, "tEXt", [.. key, .. Encoding.Latin1.GetBytes(value)]);
            else
                PngChunks.Append(stream, "iTXt", [.. key, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(value)]);
        }
        stream.Write(png, afterHeader, png.Length - afterHeader);
        return stream.ToArray();
    }

    // compression flag, compression method, language tag \0, translated keyword \0, text
    private static string ReadInternational(ReadOnlySpan<byte> data, string name)
    {
        if (data.Length < 4) throw new InvalidDataException($"{name}: an iTXt chunk is too short.");
        var compressed = data[0] != 0;
        var text = data[2..];
        for (var skip = 0; skip < 2; skip++)
        {
            var end = text.IndexOf((byte)0);
            if (end < 0) throw new InvalidDataException($"{name}: an iTXt chunk is cut short.");
            text = text[(end + 1)..];
        }
        return Encoding.UTF8.GetString(compressed ? Inflate(text, name) : text.ToArray());
    }

    private static byte[] Inflate(ReadOnlySpan<byte> data, string name)
    {
        using var source = new MemoryStream(data.ToArray());
        using var inflater = new ZLibStream(source, CompressionMode.Decompress);
        using var target = new MemoryStream();
        var buffer = new byte[8192];
        while (true)
        {
            var read = inflater.Read(buffer);
            if (read == 0) return target.ToArray();
            target.Write(buffer, 0, read);
            if (target.Length > MaxInflatedBytes) throw new InvalidDataException($"{name}: a text chunk expands to more than {MaxInflatedBytes} bytes.");
        }
    }
}
