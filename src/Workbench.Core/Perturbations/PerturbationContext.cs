using Workbench.Imaging;
using Workbench.Pipelines;

namespace Workbench.Perturbations;

/// <summary>What a protector knows: the model, other pictures of the subject, and the prompts.</summary>
/// <param name="Pipeline">The model that is attacked; never changed.</param>
public sealed record PerturbationContext(StableDiffusionPipeline Pipeline)
{
    /// <summary>Clean pictures of the subject for surrogate training ("set A"); null: the pictures to protect themselves.</summary>
    public ImageBatch? CleanReferences { get; init; }

    /// <summary>Class pictures for prior preservation in surrogate training; null: surrogates train without.</summary>
    public ImageBatch? ClassImages { get; init; }

    /// <summary>Prompt of the subject.</summary>
    public string InstancePrompt { get; init; } = "a photo of sks person";

    /// <summary>Prompt of the class; attacks without a surrogate use it.</summary>
    public string ClassPrompt { get; init; } = "a photo of person";
}
