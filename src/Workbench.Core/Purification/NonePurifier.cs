using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Purification;

/// <summary>Leaves the pictures as they are: the control row of every comparison.</summary>
public sealed class NonePurifier : BatchPurifier
{
    /// <inheritdoc/>
    public override string Name => "none";

    /// <inheritdoc/>
    protected override Tensor Apply(Tensor pixels, IReadOnlyList<Seed> seeds, CancellationToken cancellationToken) => pixels.clone();
}
