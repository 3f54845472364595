namespace Workbench.Personalization;

/// <summary>
/// Contrastive decoupling learning (arXiv 2406.18944): training prompts name the perturbation with a fixed noise token, present in the
/// instance prompt and denied in the class prompt, so that the identifier need not stand for the noise; sampling denies it again.
/// </summary>
/// <remarks>
/// The token is plain text; it is learned only because the text encoder is fine-tuned. There is no contrastive loss term: the loss is
/// DreamBooth's. The three parts are switches of their own, so that each can be ablated. Unlike the released code, the suffix is not
/// appended to the prompts of runs that were not trained with it.
/// </remarks>
/// <seealso href="notebooks/01-defense-pipeline.ipynb">Explained in notebook 01.</seealso>
public sealed record ContrastiveDecoupling
{
    /// <summary>The text that stands for the noise.</summary>
    public string NoiseToken { get; init; } = "bhj noisy pattern";

    /// <summary>Trains with ", noise token" on the instance prompt and ", without noise token" on the class prompt.</summary>
    public bool TrainWithNoiseToken { get; init; } = true;

    /// <summary>Samples with ", without noise token" after the prompt.</summary>
    public bool SuffixAtSampling { get; init; } = true;

    /// <summary>Samples with <see cref="NegativePrompt"/> in the unconditional branch.</summary>
    public bool NegativeAtSampling { get; init; } = true;

    /// <summary>The words to move away from; the paper's string.</summary>
    public string NegativePrompt { get; init; } = "noisy, abstract, pattern, low quality";

    /// <summary>All three parts on: noise token and suffix in the released code's words (the paper writes "with" before the token), the paper's negative prompt.</summary>
    public static ContrastiveDecoupling Paper { get; } = new();

    /// <summary>All three parts on, with the negative prompt of the released code.</summary>
    public static ContrastiveDecoupling ReleasedCode { get; } = new() { NegativePrompt = "noisy, lowres, artifact, pattern" };

    /// <summary>Plain DreamBooth: all parts off.</summary>
    public static ContrastiveDecoupling Off { get; } = new() { TrainWithNoiseToken = false, SuffixAtSampling = false, NegativeAtSampling = false };

    /// <summary>True when any part is on.</summary>
    public bool IsOn => TrainWithNoiseToken || SuffixAtSampling || NegativeAtSampling;

    /// <summary>The prompt that the instance pictures are trained with.</summary>
    public string InstancePrompt(string prompt) => TrainWithNoiseToken ? $"{prompt}, {NoiseToken}" : prompt;

    /// <summary>The prompt that the class pictures are trained with; they are still generated from the plain prompt.</summary>
    public string ClassPrompt(string prompt) => TrainWithNoiseToken ? Without(prompt) : prompt;

    /// <summary>The prompt to sample with.</summary>
    public string SamplingPrompt(string prompt) => SuffixAtSampling ? Without(prompt) : prompt;

    /// <summary>The negative prompt to sample with; empty when that part is off.</summary>
    public string SamplingNegativePrompt => NegativeAtSampling ? NegativePrompt : "";

    /// <summary>Checks the strings.</summary>
    /// <exception cref="ArgumentException">A part is on whose text is empty.</exception>
    public void Validate()
    {
        if ((TrainWithNoiseToken || SuffixAtSampling) && string.IsNullOrWhiteSpace(NoiseToken))
            throw new ArgumentException("Contrastive decoupling needs a noise token, for example \"bhj noisy pattern\".");
        if (NegativeAtSampling && string.IsNullOrWhiteSpace(NegativePrompt))
            throw new ArgumentException("The negative prompt is on but empty; turn NegativeAtSampling off instead.");
    }

    private string Without(string prompt) => $"{prompt}, without {NoiseToken}";
}
