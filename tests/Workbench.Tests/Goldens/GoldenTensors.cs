using TorchSharp;
using Workbench.Weights;

namespace Workbench.Tests.Goldens;

/// <summary>The named tensors of an io file, read on access.</summary>
public sealed class GoldenTensors(string path)
{
    /// <summary>Reads one tensor; an unknown key fails with the file's name.</summary>
    public torch.Tensor this[string key]
    {
        get
        {
            using var file = SafetensorsFile.Open(path);
            return file.Read(key);
        }
    }

    public IReadOnlyList<string> Keys
    {
        get
        {
            using var file = SafetensorsFile.Open(path);
            return file.Keys;
        }
    }

    public bool Contains(string key) => Keys.Contains(key);
}
