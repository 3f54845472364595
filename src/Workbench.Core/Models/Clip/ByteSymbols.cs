using System.Text;

namespace Workbench.Models.Clip;

/// <summary>
/// The 256 printable characters that stand for the 256 bytes in a byte-level BPE vocabulary: printable Latin-1 for itself, the other
/// bytes in order as code points from 256.
/// </summary>
internal static class ByteSymbols
{
    private static readonly char[] SymbolOfByte = Build();
    private static readonly Dictionary<char, byte> ByteOfSymbol = Enumerable.Range(0, 256).ToDictionary(b => SymbolOfByte[b], b => (byte)b);

    /// <summary>All symbols in the order of CLIP's vocabulary: printable ones first, then the others.</summary>
    public static IEnumerable<char> InVocabularyOrder => Enumerable.Range(0, 256).OrderBy(b => SymbolOfByte[b]).Select(b => SymbolOfByte[b]);

    /// <summary>UTF-8 bytes of <paramref name="text"/> as symbols.</summary>
    public static string Encode(string text) => string.Concat(Encoding.UTF8.GetBytes(text).Select(b => SymbolOfByte[b]));

    /// <summary>Text of a row of symbols; characters that are no symbol (the space) stand for themselves.</summary>
    public static string Decode(string symbols)
    {
        var bytes = new List<byte>(symbols.Length);
        foreach (var c in symbols)
        {
            if (ByteOfSymbol.TryGetValue(c, out var b)) bytes.Add(b);
            else bytes.AddRange(Encoding.UTF8.GetBytes([c]));
        }
        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static char[] Build()
    {
        var symbols = new char[256];
        var next = (char)256;
        for (var b = 0; b < 256; b++) symbols[b] = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF) ? (char)b : next++;
        return symbols;
    }
}
