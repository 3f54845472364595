using TorchSharp;
using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>
/// Switches off the parameter gradients of networks while pixels are attacked through them, which saves a third of the backward pass, and
/// puts the switches back at the end.
/// </summary>
public sealed class FrozenModules : IDisposable
{
    private readonly List<TorchSharp.Modules.Parameter> frozen = [];

    /// <summary>Freezes every parameter of <paramref name="modules"/> that requires a gradient.</summary>
    public FrozenModules(params ReadOnlySpan<nn.Module> modules)
    {
        foreach (var module in modules) frozen.AddRange(module.parameters().Where(p => p.requires_grad));
        foreach (var parameter in frozen) parameter.requires_grad = false;
    }

    /// <summary>Puts the switches back.</summary>
    public void Dispose()
    {
        foreach (var parameter in frozen) parameter.requires_grad = true;
        frozen.Clear();
    }
}
