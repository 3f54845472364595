using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>Learns from the same backward pass that moves the pixels: a model that is trained while it is attacked.</summary>
public interface IGradientCompanion
{
    /// <summary>What the gradient is taken of beside the pixels.</summary>
    IReadOnlyList<Tensor> Parameters { get; }

    /// <summary>Takes the gradients of <see cref="Parameters"/>, in their order; called after the gradient of every step.</summary>
    void Learn(IReadOnlyList<Tensor> gradients);
}
