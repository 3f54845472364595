using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Workbench.Models.Blocks;

/// <summary>Normalisation layers with defined initial weights.</summary>
internal static class Norms
{
    /// <summary>Group norm with weight 1 and bias 0.</summary>
    /// <remarks>TorchSharp 0.107's own factory leaves both uninitialised: a fresh model then starts from NaN.</remarks>
    public static GroupNorm Group(long groups, long channels, double eps)
    {
        var norm = nn.GroupNorm(groups, channels, eps);
        nn.init.ones_(norm.weight!);
        nn.init.zeros_(norm.bias!);
        return norm;
    }
}
