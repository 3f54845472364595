using static TorchSharp.torch;

namespace Workbench.Weights;

/// <summary>The element types of safetensors that torch shares, with their names in the file format.</summary>
internal static class SafetensorsDType
{
    private static readonly (string Name, ScalarType Type, int Size)[] Table =
    [
        ("F64", ScalarType.Float64, 8), ("F32", ScalarType.Float32, 4), ("F16", ScalarType.Float16, 2), ("BF16", ScalarType.BFloat16, 2),
        ("I64", ScalarType.Int64, 8), ("I32", ScalarType.Int32, 4), ("I16", ScalarType.Int16, 2), ("I8", ScalarType.Int8, 1),
        ("U8", ScalarType.Byte, 1), ("BOOL", ScalarType.Bool, 1),
    ];

    /// <summary>All names, for error messages.</summary>
    public static string Names => string.Join(" ", Table.Select(row => row.Name));

    /// <summary>Finds the torch type and the bytes of one element.</summary>
    public static bool TryParse(string name, out ScalarType type, out int size)
    {
        foreach (var row in Table)
        {
            if (row.Name != name) continue;
            (type, size) = (row.Type, row.Size);
            return true;
        }
        (type, size) = (default, 0);
        return false;
    }

    /// <summary>Finds the name and the bytes of one element of a torch type.</summary>
    public static bool TryName(ScalarType type, out string name, out int size)
    {
        foreach (var row in Table)
        {
            if (row.Type != type) continue;
            (name, size) = (row.Name, row.Size);
            return true;
        }
        (name, size) = ("", 0);
        return false;
    }

    /// <summary>True for the floating-point types, which may be cast into each other.</summary>
    public static bool IsFloat(ScalarType type) =>
        type is ScalarType.Float64 or ScalarType.Float32 or ScalarType.Float16 or ScalarType.BFloat16;
}
