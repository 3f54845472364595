using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace Workbench.Tests.Goldens;

/// <summary>Reads NumPy's .npy files (C order; uint8 and float32), which some goldens come in.</summary>
public static partial class NpyFile
{
    public static Tensor Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        if (bytes[0] != 0x93 || !bytes.AsSpan(1, 5).SequenceEqual("NUMPY"u8)) throw new InvalidDataException($"{path}: no .npy file.");
        var longHeader = bytes[6] > 1;
        var length = longHeader ? (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(8)) : BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));
        var start = longHeader ? 12 : 10;
        var header = Encoding.ASCII.GetString(bytes, start, length);
        if (header.Contains("'fortran_order': True", StringComparison.Ordinal)) throw new InvalidDataException($"{path}: Fortran order.");
        long[] shape = [.. Shape().Match(header).Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(n => long.Parse(n, CultureInfo.InvariantCulture))];
        var data = bytes.AsSpan(start + length);
        return Dtype().Match(header).Groups[1].Value switch
        {
            "|u1" => tensor(data.ToArray(), shape),
            "<f4" => tensor(MemoryMarshal.Cast<byte, float>(data).ToArray(), shape),
            var other => throw new InvalidDataException($"{path}: dtype '{other}' is not read here."),
        };
    }

    [GeneratedRegex(@"'shape':\s*\(([^)]*)\)")]
    private static partial Regex Shape();

    [GeneratedRegex(@"'descr':\s*'([^']*)'")]
    private static partial Regex Dtype();
}
