using Workbench.Models.Clip;
using Workbench.Tensors;

namespace Workbench.Pipelines;

/// <summary>What text-to-image and image-to-image have in common. Defaults are Stable Diffusion's.</summary>
/// <remarks>Picture k shows prompt k / <see cref="NumImages"/>; its noise depends on the seed and k alone, not on the batch size.</remarks>
public abstract record GenerationRequest
{
    /// <summary>One or more prompts.</summary>
    public IReadOnlyList<string> Prompts { get; init; } = [];

    /// <summary>The only prompt.</summary>
    public string Prompt
    {
        get => Prompts.Count > 0 ? Prompts[0] : "";
        init => Prompts = [value];
    }

    /// <summary>What to stay away from: one for all prompts, or one a prompt. Not used at guidance scale 1.</summary>
    public IReadOnlyList<string> NegativePrompts { get; init; } = [""];

    /// <summary>One negative prompt for all prompts.</summary>
    public string NegativePrompt
    {
        get => NegativePrompts[0];
        init => NegativePrompts = [value];
    }

    /// <summary>Strength of classifier-free guidance; 1 switches it off and halves the work.</summary>
    public double GuidanceScale { get; init; } = 7.5;

    /// <summary>Steps of the scheduler.</summary>
    public int NumInferenceSteps { get; init; } = 50;

    /// <summary>Pictures a prompt.</summary>
    public int NumImages { get; init; } = 1;

    /// <summary>Where all noise comes from.</summary>
    public Seed Seed { get; init; } = new(0);

    /// <summary>Pictures that go through the networks together; changes speed and memory, not the pictures.</summary>
    public int BatchSize { get; init; } = 4;

    /// <summary>What happens to a prompt that is too long for the text encoder.</summary>
    public PromptOverflow Overflow { get; init; } = PromptOverflow.Error;

    /// <summary>Pictures of the whole request.</summary>
    public int ImageCount => Prompts.Count * NumImages;

    /// <summary>Checks the values; the message says what is wrong with which.</summary>
    /// <exception cref="ArgumentException">A value that no run can honour.</exception>
    public virtual void Validate()
    {
        Require(Prompts.Count > 0, "set Prompt or Prompts");
        Require(NegativePrompts.Count == 1 || NegativePrompts.Count == Prompts.Count,
            $"give one negative prompt, or one for each of the {Prompts.Count} prompts, but not {NegativePrompts.Count}");
        Require(NumInferenceSteps >= 1, $"NumInferenceSteps must be at least 1, but is {NumInferenceSteps}");
        Require(NumImages >= 1, $"NumImages must be at least 1, but is {NumImages}");
        Require(BatchSize >= 1, $"BatchSize must be at least 1, but is {BatchSize}");
        Require(double.IsFinite(GuidanceScale), $"GuidanceScale must be a number, but is {GuidanceScale}");
    }

    private protected void Require(bool condition, string message)
    {
        if (!condition) throw new ArgumentException($"{GetType().Name}: {message}.");
    }
}
