using TorchSharp;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Tests;

/// <summary>Weights of untrained networks that are the same in every run.</summary>
/// <remarks>A module draws its first weights from the process's one generator, which tests that run beside it draw from too: seeding that one decides nothing.</remarks>
internal static class UntrainedWeights
{
    /// <summary>Draws <paramref name="module"/>'s weights anew from <paramref name="seed"/>, normal with variance 1/inputs; biases become zero, norms and layers that begin with zeros stay.</summary>
    public static T Seeded<T>(this T module, ulong seed)
        where T : nn.Module
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, parameter) in module.named_parameters())
        {
            if (parameter.dim() == 1)
            {
                if (name.EndsWith("bias", StringComparison.Ordinal)) parameter.zero_();
            }
            else if (parameter.count_nonzero().item<long>() > 0)
            {
                using var stream = new Seed(seed).For(name).Open();
                parameter.copy_(stream.NormalLike(parameter) / Math.Sqrt(parameter.numel() / (double)parameter.shape[0]));
            }
        }
        return module;
    }
}
