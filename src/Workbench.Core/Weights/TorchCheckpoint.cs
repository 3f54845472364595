using static TorchSharp.torch;

namespace Workbench.Weights;

/// <summary>Reads the tensors of torch checkpoints (<c>.pth</c>, <c>.pt</c>, <c>.ckpt</c>, <c>.bin</c>) without running any of their code.</summary>
public static class TorchCheckpoint
{
    /// <summary>All tensors of <paramref name="path"/>, or of one section of it, by name.</summary>
    /// <param name="path">A zip checkpoint, as torch 1.6 and later write it, or a stream or tar archive, as torch wrote before.</param>
    /// <param name="section">
    /// Key of the dictionary that holds the weights, such as <c>state_dict</c> or <c>params_ema</c>; null takes the root when it holds tensors
    /// itself, else <c>params_ema</c> (the running average that Real-ESRGAN and CodeFormer restore with), else the only section that does.
    /// </param>
    /// <exception cref="WeightsException">The file is damaged or of another kind, refers to a name that is not on the list, or has several sections.</exception>
    public static IReadOnlyDictionary<string, Tensor> Read(string path, string? section = null)
    {
        using var file = TorchCheckpointFile.Open(path, section);
        return file.Keys.ToDictionary(key => key, file.Read, StringComparer.Ordinal);
    }
}
