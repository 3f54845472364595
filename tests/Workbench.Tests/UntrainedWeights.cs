using TorchSharp;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Tests;

/// <summary>Weights of untrained networks that are the same in every run.</summary>
/// <remarks>A module draws its first weights from the process's one generator, which tests that run beside it draw from too: seeding that one decides nothing.</remarks>
internal static class UntrainedWeights
{
    /// <summary>Draws <paramref name="module"/>'s weights anew from <paramref name="seed"/>, uniform in ±1/√(inputs) as torch's layers begin; norms and layers that begin with zeros stay.</summary>
    public static T Seeded<T>(this T module, ulong seed)
        where T : nn.Module
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using var stream = new Seed(seed).Open();
        var inputs = 1L;
        foreach (var (name, parameter) in module.named_parameters())
        {
            if (parameter.dim() > 1) inputs = parameter.numel() / parameter.shape[0];
            var bound = 1 / Math.Sqrt(inputs);
            var constant = parameter.min().item<float>() is var least && parameter.max().item<float>() == least && least is 0 or 1;
            if (!constant) parameter.copy_(stream.Uniform(-bound, bound, parameter.shape));
        }
        return module;
    }
}
