namespace Workbench.Purification;

/// <summary>Strength of a <see cref="GaussianFilter"/>.</summary>
public sealed record GaussianFilterOptions : IPurifierOptions
{
    /// <summary>The compared filter: standard deviation 5 on pictures of 512 pixels.</summary>
    public static GaussianFilterOptions Paper { get; } = new();

    /// <summary>What the compared code does: PIL's box filters, 5 pixels at every size.</summary>
    public static GaussianFilterOptions Released { get; } = new() { CompatPilBlur5 = true, ReferenceSide = null };

    /// <summary>A kernel of 5×5, as the filter's flag <c>kernel_size</c> suggests: standard deviation 1.1 pixels.</summary>
    public static GaussianFilterOptions Kernel5 { get; } = new() { Sigma = 1.1, ReferenceSide = null, KernelSize = 5 };

    /// <summary>Standard deviation of the kernel, pixels at <see cref="ReferenceSide"/>.</summary>
    public double Sigma { get; init; } = 5;

    /// <summary>
    /// Shorter side for which <see cref="Sigma"/> is meant; other sizes are blurred by the same share of the picture. Null takes
    /// <see cref="Sigma"/> in pixels at every size.
    /// </summary>
    public int? ReferenceSide { get; init; } = 512;

    /// <summary>Side of the kernel, odd, pixels; null: three standard deviations to each side.</summary>
    public int? KernelSize { get; init; }

    /// <summary>Approximates the Gaussian by box filters in 8 bits, as PIL does.</summary>
    public bool CompatPilBlur5 { get; init; }

    /// <summary>The standard deviation for a picture, in its own pixels.</summary>
    public double SigmaFor(int height, int width) => ReferenceSide is { } side ? Sigma * Math.Min(height, width) / side : Sigma;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public void Validate()
    {
        if (!(Sigma > 0) || double.IsInfinity(Sigma)) throw new ArgumentException($"Gaussian filter: sigma is {Sigma}, expected a positive number.");
        if (KernelSize is { } side && (side < 1 || side % 2 == 0)) throw new ArgumentException($"Gaussian filter: the kernel size is {side}, expected an odd number.");
        if (ReferenceSide is <= 0) throw new ArgumentException($"Gaussian filter: the reference side is {ReferenceSide}, expected a positive number.");
    }
}
