namespace Workbench.Metrics;

/// <summary>The local window of <see cref="Ssim"/>.</summary>
public enum SsimWindow
{
    /// <summary>Gaussian of sigma 1.5 on 11×11 pixels, population covariance: the published definition.</summary>
    Gaussian,

    /// <summary>Uniform 7×7 window, sample covariance: scikit-image's default.</summary>
    Uniform,
}
