namespace Workbench.Imaging;

/// <summary>Interpolation kernels, named as in PIL.</summary>
public enum Resampling
{
    /// <summary>The nearest source pixel; no averaging.</summary>
    Nearest,

    /// <summary>Area average (support 0.5).</summary>
    Box,

    /// <summary>Triangle (support 1).</summary>
    Bilinear,

    /// <summary>Keys' cubic with a = -0.5 (support 2).</summary>
    Bicubic,

    /// <summary>Sinc windowed by sinc, three lobes (support 3).</summary>
    Lanczos,
}
