namespace Workbench.Models.Clip;

/// <summary>Shape of a whole CLIP model; the fields and defaults of a transformers <c>CLIPConfig</c>.</summary>
public sealed record ClipConfig
{
    /// <summary>The text encoder.</summary>
    public ClipTextConfig TextConfig { get; init; } = new();

    /// <summary>The vision encoder.</summary>
    public ClipVisionConfig VisionConfig { get; init; } = new();

    /// <summary>Width of the joint image-text space.</summary>
    public int ProjectionDim { get; init; } = 512;

    /// <summary>Logarithm of the factor on the cosines of a fresh model: ln(1/0.07).</summary>
    public double LogitScaleInitValue { get; init; } = 2.6592;

    /// <summary>Throws when the fields contradict each other.</summary>
    /// <exception cref="ArgumentException">Names the field.</exception>
    public void Validate()
    {
        TextConfig.Validate();
        VisionConfig.Validate();
        if (ProjectionDim < 1) throw new ArgumentException($"projection_dim must be positive, got {ProjectionDim}.");
    }
}
