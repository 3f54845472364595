namespace Workbench.Personalization;

/// <summary>The number format of passes through the networks; master weights and optimiser state are always float32.</summary>
public enum ComputePrecision
{
    /// <summary>Forward and backward passes in float32.</summary>
    Float32,

    /// <summary>Forward and backward passes on bfloat16 copies of the float32 weights.</summary>
    BFloat16,
}
