using System.Buffers.Binary;
using System.Text;

namespace Workbench.Imaging;

/// <summary>The container layer of PNG (ISO/IEC 15948): signature, chunks and their CRC-32.</summary>
internal static class PngChunks
{
    private static readonly uint[] CrcTable = MakeTable();

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>True when <paramref name="bytes"/> start as a PNG file does.</summary>
    public static bool IsPng(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Signature);

    /// <summary>Reads width and height from the header chunk.</summary>
    public static bool TryReadSize(ReadOnlySpan<byte> bytes, out long width, out long height)
    {
        (width, height) = (0, 0);
        if (!IsPng(bytes) || bytes.Length < 24 || !bytes.Slice(12, 4).SequenceEqual("IHDR"u8)) return false;
        width = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]);
        height = BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]);
        return true;
    }

    /// <summary>Lists the chunks in order: type, offset of the data, length of the data.</summary>
    /// <exception cref="InvalidDataException">Not a PNG, a chunk runs past the end, or a checksum is wrong.</exception>
    public static List<(string Type, int Offset, int Length)> List(byte[] png, string name)
    {
        if (!IsPng(png)) throw new InvalidDataException($"{name}: not a PNG file.");
        var chunks = new List<(string, int, int)>();
        for (var at = Signature.Length; at < png.Length;)
        {
            if (png.Length - at < 12) throw new InvalidDataException($"{name}: the PNG ends inside a chunk header.");
            var length = BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at));
            if (length > png.Length - at - 12) throw new InvalidDataException($"{name}: a PNG chunk of {length} bytes runs past the end of the file.");
            var body = png.AsSpan(at + 4, (int)length + 4);
            if (Crc(body) != BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at + 8 + (int)length)))
                throw new InvalidDataException($"{name}: PNG chunk {Encoding.ASCII.GetString(body[..4])} has a wrong checksum.");
            var type = Encoding.ASCII.GetString(body[..4]);
            chunks.Add((type, at + 8, (int)length));
            at += 12 + (int)length;
            if (type == "IEND") break;
        }
        return chunks;
    }

    /// <summary>Appends one chunk: length, type, data, CRC.</summary>
    public static void Append(Stream stream, string type, ReadOnlySpan<byte> data)
    {
        var chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Encoding.ASCII.GetBytes(type, chunk.AsSpan(4, 4));
        data.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc(chunk.AsSpan(4, data.Length + 4)));
        stream.Write(chunk);
    }

    /// <summary>CRC-32 of PNG (reflected polynomial 0xEDB88320).</summary>
    public static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes) crc = CrcTable[(crc ^ value) & 0xFF] ^ (crc >> 8);
        return ~crc;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (uint n = 0; n < 256; n++)
        {
            var value = n;
            for (var bit = 0; bit < 8; bit++) value = (value & 1) != 0 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
            table[n] = value;
        }
        return table;
    }
}
