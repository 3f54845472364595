using static TorchSharp.torch;

namespace Workbench.Weights;

/// <summary>The only globals that a checkpoint may name, and what a call of each stands for. Everything else is refused by name.</summary>
internal static class PickleGlobals
{
    private const string OrderedDict = "collections.OrderedDict";
    private const string RebuildTensor = "torch._utils._rebuild_tensor_v2";
    private const string RebuildOldTensor = "torch._utils._rebuild_tensor";
    private const string RebuildParameter = "torch._utils._rebuild_parameter";

    private const int MaximumDimensions = 64;
    private const long MaximumExpanded = 1L << 28;

    private static readonly Dictionary<string, (ScalarType Type, int Width)> Storages = new(StringComparer.Ordinal)
    {
        ["torch.DoubleStorage"] = (ScalarType.Float64, 8),
        ["torch.FloatStorage"] = (ScalarType.Float32, 4),
        ["torch.HalfStorage"] = (ScalarType.Float16, 2),
        ["torch.BFloat16Storage"] = (ScalarType.BFloat16, 2),
        ["torch.LongStorage"] = (ScalarType.Int64, 8),
        ["torch.IntStorage"] = (ScalarType.Int32, 4),
        ["torch.ShortStorage"] = (ScalarType.Int16, 2),
        ["torch.CharStorage"] = (ScalarType.Int8, 1),
        ["torch.ByteStorage"] = (ScalarType.Byte, 1),
        ["torch.BoolStorage"] = (ScalarType.Bool, 1),
    };

    private static readonly HashSet<string> Others = new(StringComparer.Ordinal)
    {
        OrderedDict, RebuildTensor, RebuildOldTensor, RebuildParameter, "torch.Size", "torch.device",
        "torch.float64", "torch.float32", "torch.float16", "torch.bfloat16", "torch.int64", "torch.int32", "torch.int16", "torch.int8", "torch.uint8", "torch.bool",
    };

    /// <summary>The global of that name.</summary>
    /// <exception cref="InvalidDataException">It is not on the list.</exception>
    public static PickleGlobal Find(string module, string name)
    {
        var full = $"{module}.{name}";
        return Storages.ContainsKey(full) || Others.Contains(full) || Storages.ContainsKey(StorageOf(full))
            ? new PickleGlobal(full)
            : throw new InvalidDataException($"it refers to '{full}', which is not on the list of harmless names; it was not run");
    }

    /// <summary>What calling <paramref name="function"/> with <paramref name="arguments"/> yields.</summary>
    public static object? Call(object? function, object?[] arguments) => (function as PickleGlobal)?.Name switch
    {
        OrderedDict => NewDictionary(arguments),
        RebuildTensor or RebuildOldTensor => NewTensor(arguments),
        RebuildParameter when arguments is [PickleTensor tensor, ..] => tensor,
        "torch.Size" when arguments is [object?[] sizes] => sizes,
        "torch.device" => null,
        { } name => throw new InvalidDataException($"'{name}' is called with arguments that it does not take"),
        null => throw new InvalidDataException("something that is no function is called"),
    };

    /// <summary>The storage that a persistent id stands for: ("storage", type, key, location, count), before torch 1.6 with (key, start, size) of a part of it, or None.</summary>
    public static PickleStorage Storage(object? id)
    {
        if (id is not object?[] { Length: >= 5 } parts || parts[0] is not "storage" || parts[2] is not string key || parts[4] is not long count)
            throw new InvalidDataException("a persistent id is not of the form ('storage', type, key, location, count)");
        var whole = Storage(key, parts[1], count);
        return parts.ElementAtOrDefault(5) is object?[] part ? part is [_, long start, long size] ? whole.Part(start, size) : throw new InvalidDataException("a part of a storage is not of the form (key, start, size)") : whole;
    }

    /// <summary>A storage of a type.</summary>
    /// <param name="key">Its name in the checkpoint.</param>
    /// <param name="type">A global such as <c>torch.FloatStorage</c>.</param>
    /// <param name="count">Number of elements.</param>
    /// <exception cref="InvalidDataException">The type is none, or the count cannot be.</exception>
    public static PickleStorage Storage(string key, object? type, long count) =>
        type is PickleGlobal { Name: var name } && Storages.TryGetValue(name, out var found) && count >= 0 && count <= long.MaxValue / found.Width
            ? new PickleStorage(key, found.Type, found.Width, count)
            : throw new InvalidDataException($"a persistent id names no storage: type '{(type as PickleGlobal)?.Name}', {count} elements");

    // "torch.FloatTensor", by which the oldest checkpoints name what a FloatStorage holds.
    private static string StorageOf(string tensorType) => tensorType.EndsWith("Tensor", StringComparison.Ordinal) ? $"{tensorType[..^"Tensor".Length]}Storage" : "";

    private static PickleDictionary NewDictionary(object?[] arguments)
    {
        var dictionary = new PickleDictionary();
        if (arguments is [List<object?> pairs])
        {
            foreach (var pair in pairs)
            {
                if (pair is not (object?[] { Length: 2 } or List<object?> { Count: 2 })) throw new InvalidDataException("OrderedDict is not made of pairs");
                var items = (IReadOnlyList<object?>)pair;
                dictionary.Items[items[0] ?? throw new InvalidDataException("a dictionary key is None")] = items[1];
            }
        }
        else if (arguments.Length > 0)
        {
            throw new InvalidDataException("OrderedDict is not made of a list");
        }
        return dictionary;
    }

    private static PickleTensor NewTensor(object?[] arguments)
    {
        if (arguments is not [PickleStorage storage, long offset and >= 0, object?[] sizes, object?[] strides, ..] 
            || sizes.Length != strides.Length || sizes.Length > MaximumDimensions)
            throw new InvalidDataException("a tensor is not made of (storage, offset, sizes, strides, …)");
        return NewTensor(storage, offset, Numbers(sizes), Numbers(strides));
    }

    /// <summary>A view of a storage, checked to lie in it.</summary>
    public static PickleTensor NewTensor(PickleStorage storage, long offset, long[] sizes, long[] strides)
    {
        var tensor = new PickleTensor(storage, checked(storage.Start + offset), sizes, strides);
        // Strides of 0 let a few bytes stand for any number of elements.
        if (tensor.Elements > Math.Max(storage.Count, MaximumExpanded)) throw new InvalidDataException($"a tensor of shape [{string.Join(", ", tensor.Shape)}] is far larger than its storage");
        return checked(offset + tensor.Extent) <= storage.Size
            ? tensor
            : throw new InvalidDataException($"a tensor of shape [{string.Join(", ", tensor.Shape)}] reaches beyond its storage '{storage.Key}' of {storage.Size} elements");
    }

    private static long[] Numbers(object?[] values) => Array.ConvertAll(values, value => value is long number and >= 0
        ? number
        : throw new InvalidDataException("a size or stride is not an integer from 0"));
}
