namespace Workbench.Personalization;

/// <summary>Settings of DreamBooth with prior preservation (Ruiz et al. 2023); the defaults are those of arXiv 2406.18944.</summary>
/// <remarks>
/// Differs from the released script: AdamW keeps 32-bit moments (the script: 8-bit), and gradient checkpointing is not needed here.
/// </remarks>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public sealed record DreamBoothConfig
{
    /// <summary>Prompt of the subject's pictures; holds the identifier.</summary>
    public string InstancePrompt { get; init; } = "a photo of sks person";

    /// <summary>Prompt of the class pictures.</summary>
    public string ClassPrompt { get; init; } = "a photo of person";

    /// <summary>Weight λ of the prior loss; 0 gives the class pictures no say (<see cref="WithPriorPreservation"/> leaves them out).</summary>
    public double PriorLossWeight { get; init; } = 1;

    /// <summary>Trains on class pictures beside the subject's.</summary>
    public bool WithPriorPreservation { get; init; } = true;

    /// <summary>
    /// Share of the class pictures that are trained with the empty prompt, as base models are trained for classifier-free guidance (Ho and Salimans 2022).
    /// 0 in the paper: steps of 5e-7 leave the unconditional branch of a large model alone.
    /// </summary>
    public double ClassPromptDropout { get; init; }

    /// <summary>
    /// Share of the class pictures that are replaced by the base model's pictures of the negative prompt, trained with that prompt, so that it keeps
    /// its meaning. 0 in the paper: steps of 5e-7 leave a large model's words alone.
    /// </summary>
    public double NegativePromptShare { get; init; }

    /// <summary>How the class pictures are generated, and how many.</summary>
    public SamplingConfig ClassSampling { get; init; } = SamplingConfig.PaperClassImages;

    /// <summary>Optimiser steps.</summary>
    public int MaxTrainSteps { get; init; } = 1000;

    /// <summary>Instance pictures a step; with prior preservation the networks see twice as many.</summary>
    public int TrainBatchSize { get; init; } = 1;

    /// <summary>Constant learning rate, without warm-up.</summary>
    public double LearningRate { get; init; } = 5e-7;

    /// <summary>Learning rate of the text encoder; null: <see cref="LearningRate"/>, as in the paper.</summary>
    public double? TextEncoderLearningRate { get; init; }

    /// <summary>Fine-tunes the text encoder too; the autoencoder is always frozen.</summary>
    public bool TrainTextEncoder { get; init; } = true;

    /// <summary>Limit on the global gradient norm over both networks; 0 turns clipping off.</summary>
    public double MaxGradNorm { get; init; } = 1;

    /// <summary>AdamW's decay of the first moment.</summary>
    public double AdamBeta1 { get; init; } = 0.9;

    /// <summary>AdamW's decay of the second moment.</summary>
    public double AdamBeta2 { get; init; } = 0.999;

    /// <summary>AdamW's decoupled weight decay.</summary>
    public double AdamWeightDecay { get; init; } = 1e-2;

    /// <summary>AdamW's denominator offset.</summary>
    public double AdamEpsilon { get; init; } = 1e-8;

    /// <summary>Number format of the passes through the networks.</summary>
    public ComputePrecision Precision { get; init; } = ComputePrecision.BFloat16;

    /// <summary>The prompts' noise token; off by default.</summary>
    public ContrastiveDecoupling Decoupling { get; init; } = ContrastiveDecoupling.Off;

    /// <summary>The paper's settings for Stable Diffusion 2.1 base at 512 pixels.</summary>
    public static DreamBoothConfig Paper { get; } = new();

    /// <summary>
    /// The mini world. Its networks have a hundredth of Stable Diffusion's weights and start less sure of themselves, so that the paper's
    /// 5e-7 would take tens of thousands of steps: at 1.5e-4 and batches of 4 + 4 a subject is learned in 160 steps, about half a minute.
    /// </summary>
    /// <remarks>
    /// Steps this large reach the unconditional branch of so small a model: without the empty prompt among the class pictures it draws the subject
    /// too, and classifier-free guidance then pushes the subject out of the samples. The paper's negative prompt suffers the same: "noisy" and
    /// "pattern" stand in the instance prompt of contrastive decoupling, so that after training the negative prompt draws the subject, and moving
    /// away from it loses the subject. Pictures of the negative prompt among the class pictures keep it what it was. Chosen on people whom no study judges.
    /// </remarks>
    public static DreamBoothConfig MiniWorld { get; } = new()
    {
        LearningRate = 1.5e-4,
        MaxTrainSteps = 160,
        TrainBatchSize = 4,
        ClassPromptDropout = 0.25,
        NegativePromptShare = 0.25,
        ClassSampling = SamplingConfig.MiniWorld with { ImagesPerPrompt = 64 },
    };

    /// <summary>Seconds on a CPU: the mini world's settings for a handful of steps; shows that everything runs, teaches little.</summary>
    public static DreamBoothConfig Smoke { get; } = MiniWorld with
    {
        MaxTrainSteps = 4,
        TrainBatchSize = 2,
        ClassSampling = SamplingConfig.Smoke with { ImagesPerPrompt = 4 },
    };

    /// <summary>The prompt that the instance pictures are trained with, noise token included.</summary>
    public string InstanceTrainingPrompt => Decoupling.InstancePrompt(InstancePrompt);

    /// <summary>The prompt that the class pictures are trained with, noise token included.</summary>
    public string ClassTrainingPrompt => Decoupling.ClassPrompt(ClassPrompt);

    /// <summary>Checks the settings.</summary>
    /// <exception cref="ArgumentException">Names the property, its value and what is expected.</exception>
    public void Validate()
    {
        if (string.IsNullOrWhiteSpace(InstancePrompt)) throw new ArgumentException("InstancePrompt is empty; it must hold the identifier.");
        if (WithPriorPreservation && string.IsNullOrWhiteSpace(ClassPrompt)) throw new ArgumentException("Prior preservation needs a ClassPrompt.");
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxTrainSteps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(TrainBatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(LearningRate);
        if (TextEncoderLearningRate is { } rate) ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate, nameof(TextEncoderLearningRate));
        ArgumentOutOfRangeException.ThrowIfNegative(PriorLossWeight);
        if (ClassPromptDropout is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(ClassPromptDropout), ClassPromptDropout, "A share lies in [0, 1].");
        if (NegativePromptShare < 0 || !(NegativePromptShare + ClassPromptDropout <= 1))
            throw new ArgumentOutOfRangeException(nameof(NegativePromptShare), NegativePromptShare, "A share lies in [0, 1], together with ClassPromptDropout too.");
        ArgumentOutOfRangeException.ThrowIfNegative(MaxGradNorm);
        ArgumentOutOfRangeException.ThrowIfNegative(AdamWeightDecay);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(AdamEpsilon);
        if (AdamBeta1 is < 0 or >= 1 || AdamBeta2 is < 0 or >= 1)
            throw new ArgumentException($"Adam's betas must lie in [0, 1), got {AdamBeta1} and {AdamBeta2}.");
        ClassSampling.Validate();
        Decoupling.Validate();
    }
}
