using TorchSharp;
using Workbench.Imaging;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>MetaCloak's random transform of the training pictures: Gaussian blur, horizontal flip, and optionally a rotation.</summary>
public sealed record BlurAndFlip
{
    /// <summary>Side of the blur's kernel, odd; pictures must be larger.</summary>
    public int KernelSize { get; init; } = 7;

    /// <summary>Smallest standard deviation, pixels.</summary>
    public double LowestSigma { get; init; } = 0.1;

    /// <summary>Largest standard deviation, pixels; drawn uniformly.</summary>
    public double HighestSigma { get; init; } = 2;

    /// <summary>How often the whole batch is mirrored.</summary>
    public double FlipProbability { get; init; } = 0.5;

    /// <summary>Largest rotation, degrees, drawn from 0 up; 0 = none. Corners become grey.</summary>
    public double Rotation { get; init; }

    /// <summary>Checks the numbers.</summary>
    /// <exception cref="ArgumentException">Names the property.</exception>
    public void Validate()
    {
        if (KernelSize < 1 || KernelSize % 2 == 0) throw new ArgumentOutOfRangeException(nameof(KernelSize), KernelSize, "The kernel of a blur has an odd number of pixels.");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(LowestSigma);
        ArgumentOutOfRangeException.ThrowIfLessThan(HighestSigma, LowestSigma);
        ArgumentOutOfRangeException.ThrowIfNegative(FlipProbability);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(FlipProbability, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Rotation);
    }

    /// <summary>Draws and applies the transform; differentiable.</summary>
    /// <param name="pixels">[N, 3, H, W] in [-1,1].</param>
    /// <param name="draws">One draw for the batch.</param>
    public Tensor Apply(Tensor pixels, RandomStream draws)
    {
        double[] at = TensorScope.Value(() => draws.Uniform(0, 1, 3).to(ScalarType.Float64).data<double>().ToArray());
        var moved = GaussianBlur.Blur(pixels, KernelSize, LowestSigma + (HighestSigma - LowestSigma) * at[0]);
        if (at[1] < FlipProbability) moved = moved.flip(3);
        return Rotation > 0 ? Rotated(moved, Rotation * at[2] * Math.PI / 180) : moved;
    }

    private static Tensor Rotated(Tensor pixels, double radians)
    {
        var (cos, sin) = ((float)Math.Cos(radians), (float)Math.Sin(radians));
        var matrix = tensor(new[,] { { cos, -sin, 0f }, { sin, cos, 0f } }).to(pixels.device).unsqueeze(0).expand(pixels.shape[0], -1, -1);
        return nn.functional.grid_sample(pixels, nn.functional.affine_grid(matrix, pixels.shape, align_corners: false), align_corners: false);
    }
}
