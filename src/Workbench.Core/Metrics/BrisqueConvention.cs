namespace Workbench.Metrics;

/// <summary>Whose details <see cref="BrisqueFeatures"/> follow; a regression is only right for the features it was trained on.</summary>
public enum BrisqueConvention
{
    /// <summary>IQA-PyTorch: the window meets zeros at the border, neighbours wrap around, the first fit is symmetric, half size by antialiased bicubic (a = -0.5).</summary>
    IqaPytorch,

    /// <summary>OpenCV: the border is repeated, neighbours outside are zero, the first fit is asymmetric, half size by plain bicubic (a = -0.75).</summary>
    OpenCv,
}
