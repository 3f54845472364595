using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Purification;

/// <summary>A purifier that an attacker can differentiate through.</summary>
public interface IDifferentiablePurifier : IPurifier
{
    /// <summary>Purifies with gradients: what <see cref="IPurifier.Purify"/> returns for the same seed, but part of the autograd graph.</summary>
    /// <param name="unit"><c>[N, 3, H, W]</c> float32, pixels in [0,1].</param>
    /// <param name="seed">All randomness; the same seed gives the same pictures.</param>
    /// <param name="cancellationToken">Checked where <see cref="IPurifier.Purify"/> checks it.</param>
    /// <returns>A tensor of the same shape, about [0,1].</returns>
    Tensor PurifyDifferentiably(Tensor unit, Seed seed, CancellationToken cancellationToken = default);
}
