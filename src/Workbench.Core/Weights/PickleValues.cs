using static TorchSharp.torch;

namespace Workbench.Weights;

/// <summary>A global of the allow-list, by its Python name; it is a label, never code.</summary>
internal sealed record PickleGlobal(string Name);

/// <summary>A dict or an OrderedDict.</summary>
internal sealed class PickleDictionary
{
    public OrderedDictionary<object, object?> Items { get; } = [];
}

/// <summary>A storage that a checkpoint refers to: <paramref name="Count"/> elements in the archive entry <paramref name="Key"/>.</summary>
internal sealed record PickleStorage(string Key, ScalarType DType, int Width, long Count);

/// <summary>A strided view of a storage; checked to lie inside of it.</summary>
internal sealed record PickleTensor(PickleStorage Storage, long Offset, long[] Shape, long[] Strides)
{
    /// <summary>Number of elements, where empty sizes count as one: torch computes strides from all sizes.</summary>
    public long Elements { get; } = Shape.Aggregate(1L, (product, size) => checked(product * Math.Max(size, 1)));

    /// <summary>True when it holds nothing.</summary>
    public bool IsEmpty => Shape.Contains(0);

    /// <summary>Storage elements from <see cref="Offset"/> to the last one used.</summary>
    public long Extent { get; } = Shape.Contains(0) ? 0 : Shape.Zip(Strides).Aggregate(1L, (sum, pair) => checked(sum + (pair.First - 1) * pair.Second));
}
