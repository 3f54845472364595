namespace Workbench.Weights;

/// <summary>How a torch checkpoint lies in a file: a pickle of names, and storages of numbers.</summary>
internal abstract class TorchContainer : IDisposable
{
    /// <summary>Most bytes of a pickle.</summary>
    protected const long MaximumPickle = 1L << 28;

    /// <summary>What the pickle describes.</summary>
    public object? Root { get; protected init; }

    /// <summary>Opens <paramref name="path"/> as what its first bytes say it is.</summary>
    /// <exception cref="WeightsException">It is damaged, or no checkpoint.</exception>
    public static TorchContainer Open(string path)
    {
        try
        {
            return Beginning(path) switch
            {
                [(byte)'P', (byte)'K', ..] => new TorchZip(path),
                [0x80, ..] => new TorchStream(path),
                { Length: > 262 } bytes when bytes.AsSpan(257, 5).SequenceEqual("ustar"u8) => new TorchTar(path),
                _ => throw new InvalidDataException("is no torch checkpoint: it begins neither as the zip archive of torch 1.6 and later, nor as the pickles or the tar archive before"),
            };
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or InvalidCastException or OverflowException or FormatException or ArgumentException or NotSupportedException)
        {
            throw new WeightsException(path, null, e.Message, e);
        }
    }

    /// <summary>The bytes of a storage, from its first element on.</summary>
    /// <param name="storage">The whole storage.</param>
    /// <exception cref="InvalidDataException">It is missing, or of another size.</exception>
    public abstract Stream OpenStorage(PickleStorage storage);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the container holds open.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }

    /// <summary>A stream of a file from <paramref name="position"/> on.</summary>
    protected static FileStream OpenAt(string path, long position)
    {
        var stream = File.OpenRead(path);
        stream.Position = position;
        return stream;
    }

    /// <summary>At most <paramref name="count"/> bytes from <paramref name="position"/> on: as many pickles are small, the file is not.</summary>
    protected static byte[] Window(Stream stream, long position, long count)
    {
        stream.Position = position;
        var bytes = new byte[Math.Max(0, Math.Min(count, stream.Length - position))];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static byte[] Beginning(string path)
    {
        using var stream = File.OpenRead(path);
        return Window(stream, 0, 512);
    }
}
