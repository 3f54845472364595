namespace Workbench.Weights;

/// <summary>Writes a file under a temporary name and renames it when complete, so that an interrupted write leaves the old file.</summary>
public static class AtomicFile
{
    /// <summary>Lets <paramref name="write"/> fill a temporary file beside <paramref name="path"/>, then puts it in place.</summary>
    /// <param name="path">Target; its folder is created when missing.</param>
    /// <param name="write">Fills the stream; when it throws, the temporary file is removed and the target stays as it was.</param>
    public static void Write(string path, Action<Stream> write)
    {
        var full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        // Not longer than the file's own name may be: file systems allow 255 bytes.
        var temporary = Path.Combine(Path.GetDirectoryName(full)!, $".{Guid.NewGuid():N}.partial");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, full, overwrite: true);
        }
        catch (Exception e) when (e is UnauthorizedAccessException || (e is IOException && e.Message.Contains(temporary, StringComparison.Ordinal)))
        {
            throw new IOException($"{path} could not be written: {e.Message.Replace(temporary, path, StringComparison.Ordinal)}", e);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Checks that files can be written to a folder, before the work is done whose results go there; makes nothing that stays.</summary>
    /// <param name="folder">A folder, which need not exist yet.</param>
    /// <exception cref="IOException">A file stands in its way, or nothing can be written there; names the folder.</exception>
    public static void RequireWritable(string folder)
    {
        var place = Path.GetFullPath(folder);
        while (!Directory.Exists(place))
        {
            if (File.Exists(place)) throw new IOException($"{folder}: a folder is needed to write to, and {place} is a file.");
            place = Path.GetDirectoryName(place) ?? throw new IOException($"{folder}: there is no such place to write to.");
        }
        var probe = Path.Combine(place, $".{Guid.NewGuid():N}.partial");
        try
        {
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{folder}: nothing can be written there ({(e is UnauthorizedAccessException ? "no permission" : e.Message)}).", e);
        }
    }

    /// <summary>Writes <paramref name="text"/> as UTF-8 without a byte-order mark.</summary>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));
}
