using TorchSharp;
using Workbench.Tensors;

namespace Workbench.Personalization;

/// <summary>The number format of passes through the networks; master weights and optimiser state are always float32.</summary>
public enum ComputePrecision
{
    /// <summary>Forward and backward passes in float32.</summary>
    Float32,

    /// <summary>Forward and backward passes on bfloat16 copies of the float32 weights; in float32 on a CPU where bfloat16 is no gain (<see cref="OneDnn"/>).</summary>
    BFloat16,
}

/// <summary>What a <see cref="ComputePrecision"/> means on a device.</summary>
internal static class ComputePrecisions
{
    /// <summary>The type of passes through networks on <paramref name="device"/>.</summary>
    public static torch.ScalarType TypeOn(this ComputePrecision precision, torch.Device device) =>
        precision == ComputePrecision.BFloat16 ? OneDnn.QuickType(device) : torch.ScalarType.Float32;
}
