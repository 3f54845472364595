using Workbench.Imaging;

namespace Workbench.Pipelines;

/// <summary>Larger pictures from small ones and prompts. Defaults are those of Stable Diffusion's ×4 upscaler.</summary>
public sealed record Upscaling : GenerationRequest
{
    /// <summary>Sets the upscaler's defaults: guidance 9, 75 steps.</summary>
    public Upscaling()
    {
        GuidanceScale = 9;
        NumInferenceSteps = 75;
    }

    /// <summary>The small pictures: one a prompt, or several for one prompt.</summary>
    public required ImageBatch Images { get; init; }

    /// <summary>Noise added to the small pictures, as a timestep of their own chain: more lets the network invent more.</summary>
    public int NoiseLevel { get; init; } = 20;

    /// <summary>Seeds of the pictures; null derives them from <see cref="GenerationRequest.Seed"/>.</summary>
    public IReadOnlyList<Tensors.Seed>? Seeds { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(NumImages == 1, $"there is one result a picture, but NumImages is {NumImages}");
        Require(Prompts.Count == 1 || Prompts.Count == Images.Count, $"give one prompt, or one for each of the {Images.Count} pictures, but not {Prompts.Count}");
        Require(NoiseLevel >= 0, $"NoiseLevel must not be negative, but is {NoiseLevel}");
        Require(Seeds is null || Seeds.Count == Images.Count, $"{Images.Count} pictures need {Images.Count} seeds, but got {Seeds?.Count}");
    }
}
