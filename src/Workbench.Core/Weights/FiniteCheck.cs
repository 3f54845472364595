using static TorchSharp.torch;

namespace Workbench.Weights;

/// <summary>Looks for NaN and infinite values.</summary>
internal static class FiniteCheck
{
    /// <summary>True when no element of a floating-point tensor is NaN or infinite.</summary>
    public static bool AllFinite(Tensor tensor) => CountNonFinite(tensor) == 0;

    /// <summary>Number of NaN and infinite elements.</summary>
    public static long CountNonFinite(Tensor tensor)
    {
        if (!SafetensorsDType.IsFloat(tensor.dtype) || tensor.numel() == 0) return 0;
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        return tensor.numel() - tensor.isfinite().sum().item<long>();
    }
}
