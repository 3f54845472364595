using System.Globalization;
using System.Numerics;

namespace Workbench.Weights;

/// <summary>
/// What torch wrote before 1.6 (and still writes when asked to): pickles of a magic number, a version, facts on the machine, the names, and the
/// storages' keys; then each storage, its number of elements (int64) before its bytes. Facts: <c>torch/serialization.py</c>.
/// </summary>
internal sealed class TorchStream : TorchContainer
{
    private const long Protocol = 1001;
    // The names come first, in a few hundred kilobytes for the largest models.
    private const int MaximumNames = 1 << 24;
    private static readonly BigInteger Magic = BigInteger.Parse("1950a86a20f9469cfc6c", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    private readonly string path;
    private readonly Dictionary<string, PickleStorage> storages = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> positions = new(StringComparer.Ordinal);

    public TorchStream(string path)
    {
        this.path = path;
        using var file = File.OpenRead(path);
        var names = Window(file, 0, MaximumNames);
        var position = 0;
        object? Next() => PickleMachine.Load(names, ref position, Remember);
        if (Next() is not BigInteger magic || magic != Magic) throw new InvalidDataException("is a pickle, but no torch checkpoint: its magic number is missing");
        if (Next() is not Protocol) throw new InvalidDataException($"is not of version {Protocol} of the format before torch 1.6");
        if (Next() is PickleDictionary machine && machine.Items.TryGetValue("little_endian", out var isLittle) && isLittle is false)
            throw new InvalidDataException("the checkpoint was not written on a little-endian machine");
        Root = Next();
        var keys = Next() as List<object?> ?? throw new InvalidDataException("the list of storages is missing");
        var at = (long)position;
        foreach (var key in keys)
        {
            if (key is not string name || !storages.TryGetValue(name, out var storage) || !positions.TryAdd(name, at + sizeof(long)))
                throw new InvalidDataException($"the list of storages names '{key}', which no tensor refers to, or names it twice");
            var count = BitConverter.ToInt64(Window(file, at, sizeof(long)) is { Length: sizeof(long) } header ? header : throw new InvalidDataException($"the file ends before storage '{name}'"));
            if (count != storage.Count) throw new InvalidDataException($"storage '{name}' holds {count} elements, expected {storage.Count}");
            at = checked(at + sizeof(long) + count * storage.Width);
            if (at > file.Length) throw new InvalidDataException($"the file ends inside storage '{name}'");
        }
    }

    /// <inheritdoc/>
    public override Stream OpenStorage(PickleStorage storage) => positions.TryGetValue(storage.Key, out var position)
        ? OpenAt(path, position)
        : throw new InvalidDataException($"its storage '{storage.Key}' is missing in the file");

    private PickleStorage Remember(object? id)
    {
        var storage = PickleGlobals.Storage(id);
        var whole = new PickleStorage(storage.Key, storage.DType, storage.Width, storage.Count);
        if (!storages.TryAdd(storage.Key, whole) && storages[storage.Key] != whole) throw new InvalidDataException($"storage '{storage.Key}' is described in two ways");
        return storage;
    }
}
