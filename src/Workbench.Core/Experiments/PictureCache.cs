using Workbench.Imaging;
using Workbench.Weights;

namespace Workbench.Experiments;

/// <summary>Keeps sets of pictures by name, so that scenarios share protected and purified photos, across processes too.</summary>
/// <remarks>A set is complete when its key file exists; that file is written last.</remarks>
internal sealed class PictureCache(string folder)
{
    private const string KeyFile = "key.txt";

    /// <summary>The set called <paramref name="name"/>; made, under a lock, where it is not there or was made from something else.</summary>
    /// <param name="name">Folder name.</param>
    /// <param name="key">All that the pictures depend on.</param>
    /// <param name="make">Makes the pictures.</param>
    /// <param name="cancellationToken">Stops waiting for another process that makes the same set.</param>
    public ImageBatch Get(string name, string key, Func<ImageBatch> make, CancellationToken cancellationToken)
    {
        var target = Path.Combine(folder, name);
        var keyFile = Path.Combine(target, KeyFile);
        bool Ready() => File.Exists(keyFile) && File.ReadAllText(keyFile) == key;
        if (Ready()) return ImageBatch.Load(target);
        using var taken = FolderLock.Acquire(target + ".lock", cancellationToken);
        if (Ready()) return ImageBatch.Load(target);
        using var made = make();
        if (Directory.Exists(target)) Directory.Delete(target, recursive: true);
        made.SavePngs(target);
        AtomicFile.WriteText(keyFile, key);
        return made.Quantize();
    }
}
