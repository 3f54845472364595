using Workbench.Imaging;

namespace Workbench.Pipelines;

/// <summary>Pictures from prompts and starting pictures (SDEdit, Meng et al. 2022, in latent space).</summary>
public sealed record ImageToImage : GenerationRequest
{
    /// <summary>The starting pictures: one for all prompts, or one a prompt.</summary>
    public required ImageBatch Images { get; init; }

    /// <summary>How much of the walk is done, in (0, 1]: near 0 keeps the picture, 1 forgets nearly all of it.</summary>
    public double Strength { get; init; } = 0.8;

    /// <summary>The steps at the noisy end that are left out.</summary>
    internal int SkippedSteps => NumInferenceSteps - Math.Min((int)(NumInferenceSteps * Strength), NumInferenceSteps);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Strength is > 0 and <= 1, $"Strength must lie in (0, 1], but is {Strength}");
        Require(SkippedSteps < NumInferenceSteps,
            $"Strength {Strength} of {NumInferenceSteps} steps leaves no step to take: raise either");
        Require(Images.Count == 1 || Images.Count == Prompts.Count,
            $"give one starting picture, or one for each of the {Prompts.Count} prompts, but not {Images.Count}");
    }
}
