using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Purification;

/// <summary>Leaves the pictures as they are: the control row of every comparison.</summary>
public sealed class NonePurifier : BatchPurifier, IDifferentiablePurifier
{
    /// <inheritdoc/>
    public override string Name => "none";

    /// <inheritdoc/>
    public Tensor PurifyDifferentiably(Tensor unit, Seed seed, CancellationToken cancellationToken = default) => unit.alias();

    /// <inheritdoc/>
    protected override Tensor Apply(Tensor pixels, IReadOnlyList<Seed> seeds, CancellationToken cancellationToken) => pixels.clone();
}
