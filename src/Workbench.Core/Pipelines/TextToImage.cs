namespace Workbench.Pipelines;

/// <summary>Pictures from prompts.</summary>
public sealed record TextToImage : GenerationRequest
{
    /// <summary>Height in pixels; null = what the network was trained at.</summary>
    public int? Height { get; init; }

    /// <summary>Width in pixels; null = what the network was trained at.</summary>
    public int? Width { get; init; }
}
