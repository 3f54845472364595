using static TorchSharp.torch;

namespace Workbench.Weights;

/// <summary>An open torch checkpoint: names, shapes and dtypes are known at once, each tensor is read when asked for.</summary>
/// <remarks>A <see cref="TorchContainer"/> holds names, read by <see cref="PickleMachine"/>, and storages, which tensors are views of.</remarks>
public sealed class TorchCheckpointFile : ITensorSource
{
    private const int MaximumDepth = 16;
    private const int MaximumDictionaries = 100_000;

    /// <summary>BasicSR's name of the weights' running average, beside <c>params</c>; Real-ESRGAN and CodeFormer restore with the average.</summary>
    private const string AverageSection = "params_ema";

    private readonly TorchContainer container;
    private readonly Dictionary<string, PickleTensor> tensors = new(StringComparer.Ordinal);
    private int dictionaries;

    private TorchCheckpointFile(string path, TorchContainer container) => (Path, this.container) = (path, container);

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Keys { get; private set; } = [];

    /// <summary>Opens <paramref name="path"/>; for the arguments and errors see <see cref="TorchCheckpoint.Read"/>.</summary>
    public static TorchCheckpointFile Open(string path, string? section = null)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"{path}: there is no such weights file.", path);
        var container = TorchContainer.Open(path);
        try
        {
            var root = container.Root as PickleDictionary ?? throw new WeightsException(path, null, "the checkpoint is not a dictionary of tensors");
            var file = new TorchCheckpointFile(path, container);
            file.Collect(file.Section(root, section), "", 0);
            file.Keys = file.tensors.Keys.Order(StringComparer.Ordinal).ToArray();
            return file;
        }
        catch (InvalidDataException e)
        {
            container.Dispose();
            throw new WeightsException(path, null, e.Message, e);
        }
        catch
        {
            container.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<long> Shape(string key) => Entry(key).Shape;

    /// <inheritdoc/>
    public ScalarType DType(string key) => Entry(key).Storage.DType;

    /// <inheritdoc/>
    public Tensor Read(string key)
    {
        var entry = Entry(key);
        if (entry.IsEmpty) return empty(entry.Shape, dtype: entry.Storage.DType);
        using var scope = NewDisposeScope();
        try
        {
            // First, so that a length that lies is refused before memory is asked for.
            using var stream = container.OpenStorage(entry.Storage);
            var flat = empty(entry.Extent, dtype: entry.Storage.DType);
            Skip(stream, entry.Offset * entry.Storage.Width);
            const int Step = 1 << 26;
            for (var done = 0L; done < entry.Extent; done += Step)
            {
                var target = flat.narrow(0, done, Math.Min(Step, entry.Extent - done)).bytes;
                stream.ReadExactly(target);
                if (entry.Storage.DType == ScalarType.Bool && target.ContainsAnyExcept((byte)0, (byte)1)) throw new InvalidDataException("bool bytes must be 0 or 1");
            }
            return flat.as_strided(entry.Shape, entry.Strides).contiguous().clone().MoveToOuterDisposeScope();
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new WeightsException(Path, key, e.Message, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => container.Dispose();

    private static void Skip(Stream stream, long count)
    {
        var buffer = new byte[(int)Math.Min(count, 1 << 16)];
        for (; count > 0; count -= Math.Min(count, buffer.Length)) stream.ReadExactly(buffer, 0, (int)Math.Min(count, buffer.Length));
    }

    private PickleDictionary Section(PickleDictionary root, string? section)
    {
        var sections = root.Items.Where(pair => pair is { Key: string, Value: PickleDictionary child } && HoldsTensors(child, [], 0))
            .ToDictionary(pair => (string)pair.Key, pair => (PickleDictionary)pair.Value!, StringComparer.Ordinal);
        var names = sections.Count == 0 ? "it has none" : $"it has {string.Join(", ", sections.Keys)}";
        if (section is not null) return sections.GetValueOrDefault(section) ?? throw new WeightsException(Path, null, $"no section '{section}' holds tensors ({names})");
        if (root.Items.Values.Any(value => value is PickleTensor)) return root;
        if (sections.TryGetValue(AverageSection, out var average)) return average;
        return sections.Count == 1 ? sections.Values.First() : throw new WeightsException(Path, null, $"name the section that holds the weights ({names})");
    }

    private static bool HoldsTensors(PickleDictionary dictionary, HashSet<PickleDictionary> seen, int depth) => depth < MaximumDepth && seen.Add(dictionary)
        && dictionary.Items.Values.Any(value => value is PickleTensor || (value is PickleDictionary child && HoldsTensors(child, seen, depth + 1)));

    private void Collect(PickleDictionary dictionary, string path, int depth)
    {
        // One small dictionary may be put into many places, and into itself: bound the walk, not only the file.
        if (depth > MaximumDepth || ++dictionaries > MaximumDictionaries) throw new InvalidDataException("dictionaries are nested too deep or too many");
        foreach (var (name, value) in dictionary.Items)
        {
            var key = $"{path}{name}";
            if (value is PickleTensor tensor && !tensors.TryAdd(key, tensor)) throw new WeightsException(Path, key, "the name occurs twice");
            if (value is PickleDictionary child) Collect(child, key + ".", depth + 1);
        }
    }

    private PickleTensor Entry(string key) => tensors.TryGetValue(key, out var tensor) ? tensor : throw new WeightsException(Path, key, "the file holds no such tensor");
}
