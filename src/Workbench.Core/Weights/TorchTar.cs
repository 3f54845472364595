using System.Formats.Tar;
using System.Globalization;

namespace Workbench.Weights;

/// <summary>
/// The tar archive of torch before 0.2, in which torchvision's oldest models still lie: <c>storages</c>, <c>tensors</c> (views of storages) and
/// <c>pickle</c> (names of tensors), each a row of pickles with numbers between them. Facts: <c>torch/serialization.py</c>.
/// </summary>
internal sealed class TorchTar : TorchContainer
{
    private const int MaximumPart = 1 << 20;
    private const int MaximumDimensions = 64;
    private readonly string path;
    private readonly Dictionary<long, PickleStorage> storages = [];
    private readonly Dictionary<long, PickleTensor> tensors = [];
    private readonly Dictionary<string, long> positions = new(StringComparer.Ordinal);

    public TorchTar(string path)
    {
        this.path = path;
        using var file = File.OpenRead(path);
        var members = Members(file);
        Row Of(string name) => members.TryGetValue(name, out var member) ? new Row(file, member.Position, member.Length) : throw new InvalidDataException($"the archive has no member '{name}' (is it a torch checkpoint?)");
        ReadStorages(Of("storages"));
        ReadTensors(Of("tensors"));
        Root = Of("pickle").Pickle(id => tensors.TryGetValue(Number(id), out var tensor) ? tensor : throw new InvalidDataException($"the pickle refers to tensor {id}, which is missing"));
    }

    private static Dictionary<string, (long Position, long Length)> Members(Stream file)
    {
        var members = new Dictionary<string, (long Position, long Length)>(StringComparer.Ordinal);
        using var archive = new TarReader(file, leaveOpen: true);
        try
        {
            while (archive.GetNextEntry() is { } entry) members[entry.Name] = (entry.DataOffset, entry.Length);
        }
        catch (InvalidOperationException e)
        {
            // So the reader says that a header asks for more than its kind may hold.
            throw new InvalidDataException($"the archive is damaged: {e.Message}", e);
        }
        return members;
    }

    /// <inheritdoc/>
    public override Stream OpenStorage(PickleStorage storage) => OpenAt(path, positions[storage.Key]);

    private void ReadStorages(Row row)
    {
        for (var left = row.Count(); left > 0; left--)
        {
            if (row.Parts() is not [var id, _, var type]) throw new InvalidDataException("a storage is not of the form (key, location, type)");
            var (key, count) = (Number(id), row.Long());
            var storage = storages[key] = PickleGlobals.Storage(key.ToString(CultureInfo.InvariantCulture), type, count);
            positions[storage.Key] = row.Position;
            row.Skip(checked(count * storage.Width));
        }
        foreach (var view in row.Parts())
        {
            if (view is not object?[] parts || parts is not [var target, var root, long start, long size]) throw new InvalidDataException("a part of a storage is not of the form (key, key of the whole, start, size)");
            storages[Number(target)] = Storage(root).Part(start, size);
        }
    }

    private void ReadTensors(Row row)
    {
        for (var left = row.Count(); left > 0; left--)
        {
            if (row.Parts() is not [var key, var storage, _]) throw new InvalidDataException("a tensor is not of the form (key, storage, type)");
            // Eight bytes, of which the upper four are noise.
            var dimensions = (int)row.Long();
            if (dimensions is < 0 or > MaximumDimensions) throw new InvalidDataException($"a tensor has {dimensions} dimensions");
            long[] Numbers() => [.. Enumerable.Range(0, dimensions).Select(_ => row.Long() is >= 0 and var n ? n : throw new InvalidDataException("a size or stride is below 0"))];
            var (sizes, strides, offset) = (Numbers(), Numbers(), row.Long());
            if (offset < 0) throw new InvalidDataException("a tensor begins before its storage");
            tensors[Number(key)] = PickleGlobals.NewTensor(Storage(storage), offset, sizes, strides);
        }
    }

    private PickleStorage Storage(object? key) => storages.TryGetValue(Number(key), out var storage) ? storage : throw new InvalidDataException($"storage {key} is missing in the archive");

    private static long Number(object? key) => key switch
    {
        long number => number,
        string text => long.Parse(text, CultureInfo.InvariantCulture),
        _ => throw new InvalidDataException($"'{key}' is no key of a storage or tensor"),
    };

    /// <summary>A member: pickles and numbers, one behind the other.</summary>
    private sealed class Row(Stream file, long position, long length)
    {
        private readonly long end = position + length;

        public long Position { get; private set; } = position;

        public object? Pickle(Func<object?, object?>? persistent = null)
        {
            var consumed = 0;
            var value = PickleMachine.Load(Window(file, Position, Math.Min(MaximumPart, end - Position)), ref consumed, persistent ?? (_ => throw new InvalidDataException("a persistent id stands where none can")));
            Position += consumed;
            return value;
        }

        public long Count() => Pickle() is long and >= 0 and var count ? count : throw new InvalidDataException("a count is missing");

        public IReadOnlyList<object?> Parts() => Pickle() as IReadOnlyList<object?> ?? throw new InvalidDataException("a tuple or list is missing");

        public long Long() => Window(file, Advance(sizeof(long)), sizeof(long)) is { Length: sizeof(long) } bytes ? BitConverter.ToInt64(bytes) : throw new InvalidDataException("the archive ends in the middle");

        public void Skip(long count) => Advance(count);

        private long Advance(long count)
        {
            var at = Position;
            if (count < 0 || count > end - at) throw new InvalidDataException("the archive ends in the middle");
            Position += count;
            return at;
        }
    }
}
