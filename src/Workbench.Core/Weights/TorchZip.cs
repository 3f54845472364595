using System.IO.Compression;

namespace Workbench.Weights;

/// <summary>The zip archive that torch 1.6 and later write: <c>NAME/data.pkl</c>, and an entry a storage (<c>NAME/data/0</c>, …).</summary>
internal sealed class TorchZip : TorchContainer
{
    private const string Pickle = "data.pkl";
    private readonly ZipArchive archive;
    private readonly string prefix;

    public TorchZip(string path)
    {
        archive = ZipFile.OpenRead(path);
        try
        {
            var pickles = archive.Entries.Where(entry => entry.Name == Pickle).ToList();
            if (pickles.Count != 1) throw new InvalidDataException($"expected one {Pickle} in the archive, found {pickles.Count} (is it a torch checkpoint?)");
            prefix = pickles[0].FullName[..^Pickle.Length];
            if (archive.GetEntry(prefix + "byteorder") is { } order && !ReadAll(order).AsSpan().SequenceEqual("little"u8))
                throw new InvalidDataException("the checkpoint was not written on a little-endian machine");
            Root = PickleMachine.Load(ReadAll(pickles[0]));
        }
        catch
        {
            archive.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override Stream OpenStorage(PickleStorage storage)
    {
        var entry = archive.GetEntry($"{prefix}data/{storage.Key}") ?? throw new InvalidDataException($"its storage '{storage.Key}' is missing in the archive");
        return entry.Length == storage.Count * storage.Width
            ? entry.Open()
            : throw new InvalidDataException($"its storage '{storage.Key}' holds {entry.Length} bytes, expected {storage.Count} × {storage.Width}");
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) archive.Dispose();
        base.Dispose(disposing);
    }

    private static byte[] ReadAll(ZipArchiveEntry entry)
    {
        if (entry.Length > MaximumPickle) throw new InvalidDataException($"{entry.FullName} of {entry.Length} bytes is over the limit of {MaximumPickle}");
        var bytes = new byte[entry.Length];
        using var stream = entry.Open();
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length || stream.ReadByte() >= 0)
            throw new InvalidDataException($"{entry.FullName} is not of the length that the archive states");
        return bytes;
    }
}
