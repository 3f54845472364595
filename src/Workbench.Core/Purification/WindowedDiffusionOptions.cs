namespace Workbench.Purification;

/// <summary>What the purifiers share that diffuse a picture window by window; each names its own presets.</summary>
public sealed record WindowedDiffusionOptions : IPurifierOptions
{
    /// <summary>Index in the chain to which windows are noised; 0 leaves the picture alone.</summary>
    public int Timestep { get; init; } = 100;

    /// <summary>Passes over the picture.</summary>
    public int Iterations { get; init; } = 1;

    /// <summary>Share γ of the picture before a pass that is mixed into its result; 1 leaves the picture alone.</summary>
    public double Gamma { get; init; }

    /// <summary>Adds the tile of the four corners.</summary>
    public bool Corners { get; init; }

    /// <summary>Rounds to 8 bits after every pass.</summary>
    public bool Quantize { get; init; }

    /// <summary>Cuts every window off to 8 bits before it is diffused.</summary>
    public bool QuantizeWindows { get; init; }

    /// <summary>Side of a window in pixels; null takes <see cref="WindowShare"/> of the shorter side, at most the network's size.</summary>
    public int? Window { get; init; }

    /// <summary>Side of a window as a share of the picture's shorter side.</summary>
    public double WindowShare { get; init; } = 1;

    /// <summary>Side to which the picture is resized first (bilinear, and back afterwards); null keeps its size.</summary>
    public int? PictureSide { get; init; }

    /// <summary>The chain.</summary>
    public PixelChainOptions Chain { get; init; } = PixelChainOptions.Default;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public void Validate()
    {
        if (Timestep < 0) throw new ArgumentException($"Diffusion purifier: the timestep is {Timestep}, expected 0 or more.");
        if (Iterations < 1) throw new ArgumentException($"Diffusion purifier: {Iterations} iterations, expected at least 1.");
        if (!(Gamma is >= 0 and <= 1)) throw new ArgumentException($"Diffusion purifier: gamma is {Gamma}, expected 0 to 1.");
        if (Window is < 2 || PictureSide is < 2 || !(WindowShare is > 0 and <= 1))
            throw new ArgumentException($"Diffusion purifier: window or picture side is out of range: {this}.");
    }
}
