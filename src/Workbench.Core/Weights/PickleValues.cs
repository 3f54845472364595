using static TorchSharp.torch;

namespace Workbench.Weights;

/// <summary>A global of the allow-list, by its Python name; it is a label, never code.</summary>
internal sealed record PickleGlobal(string Name);

/// <summary>A dict or an OrderedDict.</summary>
internal sealed class PickleDictionary
{
    public OrderedDictionary<object, object?> Items { get; } = [];
}

/// <summary>A storage that a checkpoint refers to: <paramref name="Count"/> elements under the name <paramref name="Key"/>; or a part of one.</summary>
internal sealed record PickleStorage(string Key, ScalarType DType, int Width, long Count)
{
    /// <summary>First element of the part.</summary>
    public long Start { get; private init; }

    /// <summary>Elements of the part.</summary>
    public long Size { get; private init; } = Count;

    /// <summary>A part of this storage, as checkpoints before torch 1.6 may refer to one.</summary>
    public PickleStorage Part(long start, long size) => start >= 0 && size >= 0 && start <= Size - size
        ? this with { Start = Start + start, Size = size }
        : throw new InvalidDataException($"a part of storage '{Key}' reaches beyond its {Size} elements");
}

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
