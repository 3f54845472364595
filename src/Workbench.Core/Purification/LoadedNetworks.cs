using TorchSharp;

namespace Workbench.Purification;

/// <summary>The networks that the chains of some sources share: a folder is read once, and again when its files have changed.</summary>
internal sealed class LoadedNetworks
{
    private readonly Dictionary<(Type Kind, string Folder, string Place), (string Stamp, object Network)> loaded = [];

    /// <summary>The network of a folder.</summary>
    /// <param name="folder">What is read.</param>
    /// <param name="sources">Device and precision, which make another network of it.</param>
    /// <param name="load">Reads the folder.</param>
    public T Of<T>(string folder, PurifierSources sources, Func<string, T> load) where T : class
    {
        var key = (typeof(T), Path.GetFullPath(folder), $"{sources.Device} {sources.PipelineDType}");
        var files = Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories) : [new FileInfo(folder)];
        var stamp = string.Join('\n', files.Where(f => f.Exists).Select(f => $"{f.FullName} {f.Length} {f.LastWriteTimeUtc.Ticks}").Order(StringComparer.Ordinal));
        lock (loaded)
        {
            if (loaded.TryGetValue(key, out var known) && known.Stamp == stamp) return (T)known.Network;
            T network;
            // Outside of the caller's scopes, which would free what is kept here.
            using (var scope = torch.NewDisposeScope())
            {
                network = load(folder);
                foreach (var made in scope.DisposablesView.ToArray()) scope.Detach(made);
            }
            loaded[key] = (stamp, network);
            return network;
        }
    }
}
