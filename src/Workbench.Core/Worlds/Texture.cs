namespace Workbench.Worlds;

/// <summary>The textures of abstract patterns and of noise that is laid over a picture.</summary>
public enum Texture
{
    /// <summary>Independent Gaussian noise in every pixel and channel.</summary>
    Gaussian,
    /// <summary>Independent uniform noise.</summary>
    Uniform,
    /// <summary>Independent random signs: the noise that fills a budget to its edge.</summary>
    Sign,
    /// <summary>Gaussian noise that is the same in all three channels.</summary>
    Grain,
    /// <summary>Coloured blotches at one or several scales.</summary>
    Blotches,
    /// <summary>Wavy contour lines, sharp.</summary>
    Waves,
    /// <summary>Smooth swirling contour lines in shifting colours, as adversarial perturbations look behind an autoencoder.</summary>
    Swirls,
    /// <summary>Swirls under fine noise.</summary>
    RoughSwirls,
    /// <summary>Straight stripes.</summary>
    Stripes,
    /// <summary>Checkerboard.</summary>
    Checker,
    /// <summary>Crossed stripes.</summary>
    Plaid,
    /// <summary>Large smooth blobs of colour.</summary>
    Blobs,
}
