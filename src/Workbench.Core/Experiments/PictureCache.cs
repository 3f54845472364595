using System.Text.Json;
using Workbench.Imaging;
using Workbench.Weights;

namespace Workbench.Experiments;

/// <summary>Keeps sets of pictures by name, so that scenarios share protected and purified photos, across processes too.</summary>
/// <remarks>A set is complete when its key file exists; that file is written last.</remarks>
internal sealed class PictureCache(string folder)
{
    private const string KeyFile = "key.txt", CostFile = "cost.json";

    /// <summary>The set called <paramref name="name"/>; made, under a lock, where it is not there or was made from something else.</summary>
    /// <param name="name">Folder name.</param>
    /// <param name="key">All that the pictures depend on.</param>
    /// <param name="count">How many pictures the set has; a stored one that lacks some is made anew.</param>
    /// <param name="make">Makes the pictures, and says what that took.</param>
    /// <param name="cancellationToken">Stops waiting for another process that makes the same set.</param>
    /// <returns>The pictures, and what making them took; null where that was not stored.</returns>
    public (ImageBatch Pictures, PictureCost? Cost) Get(string name, string key, int count, Func<(ImageBatch Pictures, PictureCost Cost)> make, CancellationToken cancellationToken)
    {
        var target = Path.Combine(folder, name);
        var (keyFile, costFile) = (Path.Combine(target, KeyFile), Path.Combine(target, CostFile));
        bool Ready() => File.Exists(keyFile) && File.ReadAllText(keyFile) == key && Directory.GetFiles(target, "*.png").Length == count;
        (ImageBatch, PictureCost?) Stored() =>
            (ImageBatch.Load(target), File.Exists(costFile) ? StoredJson.Read<PictureCost>(costFile, "seconds") : null);
        // Under the lock from the first look: another process may be about to replace the set.
        using var taken = FolderLock.Acquire(target + ".lock", cancellationToken);
        if (Ready()) return Stored();
        var (made, cost) = make();
        using var pictures = made;
        if (Directory.Exists(target))
        {
            File.Delete(keyFile); // first, so that a kill amid the rest leaves no set that calls itself whole
            Directory.Delete(target, recursive: true);
        }
        pictures.SavePngs(target);
        AtomicFile.WriteText(costFile, JsonSerializer.Serialize(cost, ModelConfigFile.Options));
        AtomicFile.WriteText(keyFile, key);
        return (pictures.Quantize(), cost);
    }
}
