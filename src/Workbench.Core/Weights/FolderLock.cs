namespace Workbench.Weights;

/// <summary>A lock on a name in a folder, held by at most one process; the system frees it when the process ends, however it ends.</summary>
internal sealed class FolderLock : IDisposable
{
    private readonly FileStream stream;

    private FolderLock(FileStream stream) => this.stream = stream;

    /// <summary>The lock, or null when another process (or another part of this one) holds it.</summary>
    public static FolderLock? TryAcquire(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        try
        {
            // The file stays: deleting it would let two processes hold locks on two files of one name.
            return new FolderLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (IsHeld(e))
        {
            return null;
        }
    }

    // EAGAIN of Linux and of macOS; a sharing or lock violation of Windows. A full disk or a read-only folder is no lock: waiting would never end.
    private static bool IsHeld(IOException e) => e.GetType() == typeof(IOException) && (e.HResult is 11 or 35 || (e.HResult & 0xFFFF) is 32 or 33);

    /// <summary>Waits for the lock.</summary>
    public static FolderLock Acquire(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryAcquire(path) is { } taken) return taken;
            if (cancellationToken.WaitHandle.WaitOne(200)) cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();
}
