using Workbench.Pipelines;
using Workbench.Tensors;

namespace Workbench.Personalization;

/// <summary>How pictures are generated from a prompt.</summary>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public sealed record SamplingConfig
{
    /// <summary>Pictures for each prompt.</summary>
    public int ImagesPerPrompt { get; init; } = 16;

    /// <summary>Sampler steps.</summary>
    public int NumInferenceSteps { get; init; } = 100;

    /// <summary>Weight of classifier-free guidance.</summary>
    public double GuidanceScale { get; init; } = 7.5;

    /// <summary>Pictures generated together.</summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>Number format of the UNet while sampling.</summary>
    public ComputePrecision Precision { get; init; } = ComputePrecision.BFloat16;

    /// <summary>The evaluation of the paper: 16 pictures a prompt, 100 steps, guidance 7.5.</summary>
    public static SamplingConfig Paper { get; } = new();

    /// <summary>Class pictures as the reference trainers make them: 200 pictures with the pipeline's defaults, 50 steps, guidance 7.5.</summary>
    public static SamplingConfig PaperClassImages { get; } = new() { ImagesPerPrompt = 200, NumInferenceSteps = 50, BatchSize = 4 };

    /// <summary>
    /// The mini world: 25 steps are enough at 16×16 latents, and batches of 16 fit any memory. Its networks separate words more sharply than their
    /// pictures are detailed: guidance of 2 gives the base model its best class pictures, and beyond that a negative prompt smudges them.
    /// </summary>
    public static SamplingConfig MiniWorld { get; } = new() { NumInferenceSteps = 25, GuidanceScale = 2, BatchSize = 16 };

    /// <summary>Seconds on a CPU.</summary>
    public static SamplingConfig Smoke { get; } = new() { ImagesPerPrompt = 2, NumInferenceSteps = 4, BatchSize = 2 };

    /// <summary>The pipeline's request for <paramref name="prompts"/>, each drawn <see cref="ImagesPerPrompt"/> times.</summary>
    public TextToImage Request(IReadOnlyList<string> prompts, string negativePrompt, Seed seed)
    {
        Validate();
        return new TextToImage
        {
            Prompts = prompts,
            NegativePrompt = negativePrompt,
            Seed = seed,
            NumImages = ImagesPerPrompt,
            NumInferenceSteps = NumInferenceSteps,
            GuidanceScale = GuidanceScale,
            BatchSize = BatchSize,
        };
    }

    /// <summary>Checks the numbers.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Names the property and its value.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ImagesPerPrompt, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(NumInferenceSteps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(GuidanceScale);
    }
}
