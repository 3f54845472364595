using TorchSharp;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Imaging;

/// <summary>Total-variation denoising by dual projection: min over u of weight·TV(u) + ½·mean‖u - f‖².</summary>
/// <remarks>
/// Chambolle 2004, "An algorithm for total variation minimization and applications", with scikit-image's step 1/4 and stopping rule:
/// an image plane stops when its energy changes by less than <c>tolerance</c> of its first energy. Each channel is a plane of its own.
/// </remarks>
public static class TvChambolle
{
    private const double Step = 0.25;

    /// <summary>Denoises every plane.</summary>
    /// <param name="pixels">[..., H, W] float; any range, though <paramref name="weight"/> is meant for [0,1].</param>
    /// <param name="weight">Larger is smoother.</param>
    /// <param name="tolerance">Relative energy change at which a plane stops.</param>
    /// <param name="maxIterations">Upper limit of iterations.</param>
    /// <param name="cancellationToken">Stops between two iterations.</param>
    /// <returns>A fresh tensor of the same shape and dtype; computed in float64.</returns>
    public static Tensor Denoise(Tensor pixels, double weight = 0.1, double tolerance = 2e-4, int maxIterations = 200, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(weight);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxIterations);
        return TensorScope.Inference(() =>
        {
            var planes = pixels.to(ScalarType.Float64).reshape(-1, pixels.shape[^2], pixels.shape[^1]);
            var result = planes.clone();
            var state = new State(planes, weight);
            var (first, previous) = (Array.Empty<double>(), Array.Empty<double>());
            var running = Enumerable.Repeat(true, (int)planes.shape[0]).ToArray();
            for (var i = 0; i < maxIterations && running.Contains(true); i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var energy = state.Advance();
                if (i == 0) first = energy;
                for (var plane = 0; plane < running.Length; plane++)
                {
                    if (!running[plane]) continue;
                    using var denoised = state.Denoised[plane]; // a view: kept, it would keep every iteration's picture
                    result[plane] = denoised;
                    if (i > 0 && Math.Abs(previous[plane] - energy[plane]) < tolerance * first[plane]) running[plane] = false;
                }
                previous = energy;
            }
            return result.reshape(pixels.shape).to(pixels.dtype);
        });
    }

    /// <summary>Denoises every picture of a batch; see <see cref="Denoise(Tensor, double, double, int, CancellationToken)"/>.</summary>
    public static ImageBatch Denoise(ImageBatch batch, double weight = 0.1, double tolerance = 2e-4, int maxIterations = 200)
    {
        using var smooth = Denoise(batch.Unit, weight, tolerance, maxIterations);
        return ImageBatch.FromUnit(smooth);
    }

    /// <summary>The dual variable: one vector (down, right) a pixel, whose divergence is what denoising adds to the picture.</summary>
    private sealed class State(Tensor noisy, double weight)
    {
        private Tensor down = noisy.new_zeros(noisy.shape), right = noisy.new_zeros(noisy.shape);

        public Tensor Denoised { get; private set; } = noisy.alias();

        /// <summary>One projection step; returns each plane's energy before it.</summary>
        public double[] Advance()
        {
            using var scope = NewDisposeScope();
            var added = Divergence();
            var denoised = noisy + added;
            // Forward differences, zero at the far border.
            var gradientDown = nn.functional.pad(denoised.diff(dim: 1), [0, 0, 0, 1]);
            var gradientRight = nn.functional.pad(denoised.diff(dim: 2), [0, 1]);
            var length = (gradientDown.square() + gradientRight.square()).sqrt();
            var energy = (added.square() + weight * length).mean([1, 2]).data<double>().ToArray();
            var shrink = 1 + length * (Step / weight);
            Replace(denoised, (down - Step * gradientDown) / shrink, (right - Step * gradientRight) / shrink);
            return energy;
        }

        private Tensor Divergence()
        {
            var fromAbove = nn.functional.pad(down.narrow(1, 0, down.shape[1] - 1), [0, 0, 1, 0]);
            var fromLeft = nn.functional.pad(right.narrow(2, 0, right.shape[2] - 1), [1, 0]);
            return fromAbove - down + fromLeft - right;
        }

        private void Replace(Tensor denoised, Tensor nextDown, Tensor nextRight)
        {
            foreach (var old in (ReadOnlySpan<Tensor>)[Denoised, down, right]) old.Dispose();
            (Denoised, down, right) = (denoised.MoveToOuterDisposeScope(), nextDown.MoveToOuterDisposeScope(), nextRight.MoveToOuterDisposeScope());
        }
    }
}
