using System.Text.Json.Serialization;

namespace Workbench.Schedulers;

/// <summary>Which integral the DPM solver discretises.</summary>
public enum DpmAlgorithm
{
    /// <summary>DPM-Solver: noise prediction, deterministic.</summary>
    [JsonStringEnumMemberName("dpmsolver")]
    Dpmsolver,

    /// <summary>DPM-Solver++: data prediction, deterministic.</summary>
    [JsonStringEnumMemberName("dpmsolver++")]
    DpmsolverPlusPlus,

    /// <summary>The stochastic form of DPM-Solver.</summary>
    [JsonStringEnumMemberName("sde-dpmsolver")]
    SdeDpmsolver,

    /// <summary>The stochastic form of DPM-Solver++.</summary>
    [JsonStringEnumMemberName("sde-dpmsolver++")]
    SdeDpmsolverPlusPlus,
}
