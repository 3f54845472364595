using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using static TorchSharp.torch;

namespace Workbench.Weights;

/// <summary>A memory-mapped safetensors file: the header is checked at once, each tensor is copied when it is read.</summary>
/// <remarks>
/// The format: 8 bytes little-endian header length, a JSON header (name → dtype, shape, data_offsets), the data.
/// Overlaps, holes, lying lengths and duplicate names are errors. Little-endian machines only, as torch itself.
/// </remarks>
public sealed class SafetensorsFile : ITensorSource
{
    private const int CopyChunk = 1 << 28;
    private readonly SafetensorsHeader header;
    private readonly MemoryMappedFile map;
    private readonly MemoryMappedViewAccessor view;
    private readonly long dataStart;

    private SafetensorsFile(string path, SafetensorsHeader header, MemoryMappedFile map, MemoryMappedViewAccessor view, long dataStart)
    {
        (Path, this.header, this.map, this.view, this.dataStart) = (path, header, map, view, dataStart);
        Keys = header.Entries.Keys.Order(StringComparer.Ordinal).ToArray();
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Keys { get; }

    /// <summary>The free-form strings of the header, for example <c>format: pt</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata => header.Metadata;

    /// <summary>Opens and checks <paramref name="path"/>.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="WeightsException">The file is damaged; the message names the tensor and the reason.</exception>
    public static SafetensorsFile Open(string path)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"{path}: there is no such weights file.", path);
        var (map, length) = Map(path);
        MemoryMappedViewAccessor? view = null;
        try
        {
            view = map.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
            var headerLength = ReadHeaderLength(view, length, path);
            var json = new byte[headerLength];
            view.SafeMemoryMappedViewHandle.ReadSpan<byte>(8, json);
            return new SafetensorsFile(path, SafetensorsHeader.Parse(json, length - 8 - headerLength, path), map, view, 8 + headerLength);
        }
        catch
        {
            view?.Dispose();
            map.Dispose();
            throw;
        }
    }

    /// <summary>Writes <paramref name="tensors"/> to <paramref name="path"/>, through a temporary file that is renamed when complete.</summary>
    /// <param name="path">Target; an existing file is replaced only by a complete one.</param>
    /// <param name="tensors">Any device and layout; names must not be empty or <c>__metadata__</c>.</param>
    /// <param name="metadata">Header strings; by default <c>format: pt</c>, which transformers asks for.</param>
    /// <param name="castFloatsTo">Stores floating-point tensors in this type; other types are kept.</param>
    /// <exception cref="WeightsException">A name or dtype cannot be stored, or a cast turns finite values into infinite ones.</exception>
    public static void Write(
        string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null, ScalarType? castFloatsTo = null) =>
        SafetensorsWriter.Write(path, tensors, metadata, castFloatsTo);

    /// <summary>True when the file holds <paramref name="key"/>.</summary>
    public bool Contains(string key) => header.Entries.ContainsKey(key);

    /// <inheritdoc/>
    public IReadOnlyList<long> Shape(string key) => Entry(key).Shape;

    /// <inheritdoc/>
    public ScalarType DType(string key) => Entry(key).DType;

    /// <inheritdoc/>
    public Tensor Read(string key)
    {
        var entry = Entry(key);
        var tensor = empty(entry.Shape.ToArray(), dtype: entry.DType);
        if (entry.Length == 0) return tensor;
        using var flat = tensor.view(-1);
        var elements = flat.numel();
        var width = entry.Length / elements;
        for (long done = 0, step = CopyChunk / width; done < elements; done += step)
        {
            using var part = flat.narrow(0, done, Math.Min(step, elements - done));
            var target = part.bytes;
            view.SafeMemoryMappedViewHandle.ReadSpan((ulong)(dataStart + entry.Begin + done * width), target);
            if (entry.DType == ScalarType.Bool && target.ContainsAnyExcept((byte)0, (byte)1))
                throw new WeightsException(Path, key, "BOOL bytes must be 0 or 1");
        }
        return tensor;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        view.Dispose();
        map.Dispose();
    }

    private static (MemoryMappedFile Map, long Length) Map(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            // Not the directory entry's length: Hugging Face's cache keeps links to blobs, and a link's own length is that of its path.
            var length = stream.Length;
            if (length < 10) throw new WeightsException(path, null, $"{length} bytes are too few for a safetensors file");
            return (MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false), length);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private static long ReadHeaderLength(MemoryMappedViewAccessor view, long fileLength, string path)
    {
        Span<byte> bytes = stackalloc byte[8];
        view.SafeMemoryMappedViewHandle.ReadSpan(0, bytes);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        if (length > SafetensorsHeader.MaximumBytes)
            throw new WeightsException(path, null, $"a header of {length} bytes is over the limit of {SafetensorsHeader.MaximumBytes} (is this a safetensors file?)");
        if ((long)length > fileLength - 8)
            throw new WeightsException(path, null, $"the header should take {length} bytes, but only {fileLength - 8} follow (is the file truncated?)");
        return (long)length;
    }

    private SafetensorsEntry Entry(string key) => header.Entries.TryGetValue(key, out var entry)
        ? entry
        : throw new WeightsException(Path, key, "the file holds no such tensor");
}
