using static TorchSharp.torch;

namespace Workbench.Weights;

/// <summary>Named tensors in storage: one safetensors file, a sharded set of them, or a torch checkpoint.</summary>
public interface ITensorSource : IDisposable
{
    /// <summary>Path that error messages name.</summary>
    string Path { get; }

    /// <summary>Names of all tensors, in ordinal order.</summary>
    IReadOnlyList<string> Keys { get; }

    /// <summary>Shape of <paramref name="key"/>, without reading its data.</summary>
    IReadOnlyList<long> Shape(string key);

    /// <summary>Element type of <paramref name="key"/> as stored.</summary>
    ScalarType DType(string key);

    /// <summary>Reads <paramref name="key"/> into a fresh CPU tensor of the stored dtype.</summary>
    Tensor Read(string key);
}
