using TorchSharp;
using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>Turns gradients into Adam's directions (Kingma and Ba 2015): a <see cref="ProjectedGradient.Normalize"/> with a memory.</summary>
/// <remarks>Good for one run of the template, whose step size is then Adam's learning rate.</remarks>
public sealed class AdamDirection : IDisposable
{
    private const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;
    private Tensor? first, second;
    private int steps;

    /// <summary>The direction after <paramref name="gradient"/>, of its shape.</summary>
    public Tensor Next(Tensor gradient)
    {
        first ??= zeros_like(gradient).DetachFromDisposeScope();
        second ??= zeros_like(gradient).DetachFromDisposeScope();
        steps++;
        first.mul_(Beta1).add_(gradient, 1 - Beta1);
        second.mul_(Beta2).addcmul_(gradient, gradient, 1 - Beta2);
        var scale = Math.Sqrt(1 - Math.Pow(Beta2, steps)) / (1 - Math.Pow(Beta1, steps));
        return scale * first / (second.sqrt() + Epsilon);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        first?.Dispose();
        second?.Dispose();
    }
}
