using TorchSharp;
using Workbench.Imaging;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Purification;

/// <summary>Total variation minimisation: the picture closest to the input among those with little total variation.</summary>
/// <remarks>
/// The compared code (<see cref="TotalVariationOptions.Paper"/>) shrinks to 64×64 and minimises
/// <c>‖(1−M)⊙(Z−x)‖₂ + λ·(Σ‖row differences‖₂ + Σ‖column differences‖₂)</c> over the 64×192 matrix of interleaved colours, with a
/// commercial solver; here a primal-dual iteration. The default is total variation denoising channel by channel at full size.
/// </remarks>
public sealed class TotalVariation : BatchPurifier
{
    private readonly TotalVariationOptions options;

    /// <summary>Makes the purifier.</summary>
    /// <param name="options">Defaults to <see cref="TotalVariationOptions.PerChannel"/>.</param>
    public TotalVariation(TotalVariationOptions? options = null)
    {
        this.options = options ?? TotalVariationOptions.PerChannel;
        this.options.Validate();
    }

    /// <inheritdoc/>
    public override string Name => "tvm";

    /// <inheritdoc/>
    protected override int BatchSize => 1;

    /// <inheritdoc/>
    protected override Tensor Apply(Tensor pixels, IReadOnlyList<Seed> seeds, CancellationToken cancellationToken) =>
        options.Kind is TotalVariationKind.PerChannel
            ? TvChambolle.Denoise(pixels, options.Weight, options.Tolerance, options.MaxIterations, cancellationToken)
            : RowsAndColumns(pixels, seeds[0], cancellationToken);

    private Tensor RowsAndColumns(Tensor pixels, Seed seed, CancellationToken cancellationToken)
    {
        var (height, width, side) = ((int)pixels.size(2), (int)pixels.size(3), options.Side);
        var small = EachImage(pixels, image => image.Resize(side, side, Resampling.Lanczos));
        using var random = seed.For("dropped").Open();
        var kept = (random.Uniform(0, 1, side, side * 3) >= options.DropRate).to(ScalarType.Float32);
        var matrix = small[0].permute(1, 2, 0).reshape(side, side * 3);                   // colours interleaved in columns
        var solved = Solve(matrix, kept, cancellationToken);
        var picture = solved.reshape(side, side, 3).permute(2, 0, 1).unsqueeze(0).clamp(0, 1);
        return EachImage(picture, image => image.Resize(width, height, Resampling.Bilinear));
    }

    /// <summary>The compared code's problem, by Chambolle and Pock 2011, algorithm 1, with step sizes that fit the difference operators (‖K‖² ≤ 8).</summary>
    /// <param name="x">The matrix, [H, 3·W].</param>
    /// <param name="kept">1 where a value counts, 0 where it was dropped; same shape.</param>
    /// <param name="cancellationToken">Stops between two iterations.</param>
    internal Tensor Solve(Tensor x, Tensor kept, CancellationToken cancellationToken)
    {
        const double Step = 0.35;
        var (z, leading) = (x.alias(), x.alias());
        Tensor rows = zeros_like(x[1..]), columns = zeros_like(x[.., 1..]);
        for (var i = 0; i < options.MaxIterations; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var newRows = IntoBall(rows + (leading[1..] - leading[..^1]) * Step, 1);
            var newColumns = IntoBall(columns + (leading[.., 1..] - leading[.., ..^1]) * Step, 0);
            var adjoint = nn.functional.pad(newRows, [0, 0, 1, 0]) - nn.functional.pad(newRows, [0, 0, 0, 1])
                + nn.functional.pad(newColumns, [1, 0, 0, 0]) - nn.functional.pad(newColumns, [0, 1, 0, 0]);
            var moved = z - adjoint * Step;
            var distance = (moved - x) * kept;
            var next = moved - distance * Math.Min(1, Step / Math.Max(1e-12, distance.norm().ToDouble()));
            var ahead = next * 2 - z;
            foreach (var old in (ReadOnlySpan<Tensor>)[leading, z, rows, columns]) old.Dispose();
            (leading, z, rows, columns) = (ahead.MoveToOuterDisposeScope(), next.MoveToOuterDisposeScope(), newRows.MoveToOuterDisposeScope(), newColumns.MoveToOuterDisposeScope());
        }
        return z;
    }

    private Tensor IntoBall(Tensor dual, int axis) => dual / (dual.norm(axis, keepdim: true, p: 2) / options.Weight).clamp_min(1);
}
