using TorchSharp;
using Workbench.Imaging;
using Workbench.Personalization;
using Workbench.Pipelines;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>What a protector knows: the models, other pictures of the subject, the prompts, and what lies between the pictures and the training.</summary>
/// <param name="Pipeline">The model that is attacked; never changed.</param>
/// <seealso href="notebooks/04-perturbation-playground.ipynb">Explained in notebook 04.</seealso>
public sealed record PerturbationContext(StableDiffusionPipeline Pipeline)
{
    /// <summary>Further models that ensemble methods attack beside <see cref="Pipeline"/>, of the same picture size; never changed.</summary>
    public IReadOnlyList<StableDiffusionPipeline> Ensemble { get; init; } = [];

    /// <summary>Clean pictures of the subject for surrogate training ("set A"); null: the pictures to protect themselves.</summary>
    public ImageBatch? CleanReferences { get; init; }

    /// <summary>Class pictures for prior preservation in surrogate training; null: surrogates train without.</summary>
    public ImageBatch? ClassImages { get; init; }

    /// <summary>Prompt of the subject.</summary>
    public string InstancePrompt { get; init; } = "a photo of sks person";

    /// <summary>Prompt of the class; attacks without a surrogate use it.</summary>
    public string ClassPrompt { get; init; } = "a photo of person";

    /// <summary>The trainer's noise token, where the attacker knows of it; it goes into every prompt of surrogates and attacks.</summary>
    public ContrastiveDecoupling Decoupling { get; init; } = ContrastiveDecoupling.Off;

    /// <summary>One picture that targeted methods steer to; null: <see cref="TargetPattern"/>.</summary>
    public ImageBatch? Target { get; init; }

    /// <summary>Where pixels may change, [1, 1, H, W] or [N, 1, H, W] of zeros and ones; null: everywhere.</summary>
    public Tensor? Mask { get; init; }

    /// <summary>Perceptual distance of pictures [N, 3, H, W] in [-1,1], a differentiable scalar, for Glaze; null: <see cref="StructuralDistance"/>, as in the mini world and in studies that are given no LPIPS.</summary>
    public Func<Tensor, Tensor, Tensor>? PerceptualDistance { get; init; }

    /// <summary>
    /// A random differentiable transform, signed pixels to signed pixels, that the pictures will meet before the training: attacks look through
    /// it, and their surrogates train on what comes out of it. <see cref="AdaptiveAttack"/> puts a purifier here.
    /// </summary>
    public Func<Tensor, RandomStream, Tensor>? Transform { get; init; }

    /// <summary>Draws of loss and transform that are averaged a step (expectation over transformation).</summary>
    public int Samples { get; init; } = 1;

    /// <summary>
    /// Every step uses the first step's draws, so that the losses of a run can be compared. For looking at an attack, not for protecting: it
    /// overfits those draws.
    /// </summary>
    public bool RepeatDraws { get; init; }

    /// <summary>The prompt of attacks without a surrogate, noise token included.</summary>
    public string AttackPrompt => Decoupling.InstancePrompt(ClassPrompt);

    /// <summary>Device of the model.</summary>
    public Device Device => Pipeline.Vae.parameters().First().device;

    /// <summary>Projected gradient steps through this context's transform, mask and draws.</summary>
    public ProjectedGradient Ascent(LinfBudget budget, LinfBudget stepSize, int steps) => new()
    {
        Budget = budget,
        StepSize = stepSize,
        Steps = steps,
        Transform = Transform,
        Samples = Samples,
        RepeatDraws = RepeatDraws,
        Mask = Mask,
    };

    /// <summary>The pretrained model's loss with the <see cref="AttackPrompt"/>. Freeze the networks first.</summary>
    /// <param name="prompt">Another prompt than <see cref="AttackPrompt"/>.</param>
    public DiffusionObjective Objective(string? prompt = null) => new()
    {
        Vae = Pipeline.Vae,
        UNet = Pipeline.UNet,
        Schedule = Pipeline.Scheduler.Schedule,
        TextStates = TensorScope.Inference(() => Pipeline.EncodePrompt([prompt ?? AttackPrompt])),
    };

    /// <summary>The target as pixels of the size of <paramref name="like"/>: [1, 3, H, W] in [-1,1].</summary>
    public Tensor TargetPixels(Tensor like)
    {
        var (height, width) = ((int)like.shape[2], (int)like.shape[3]);
        var image = Target?.Image(0) ?? TargetPattern.Create(Math.Max(height, width));
        if (image.Width != width || image.Height != height) image = image.Resize(width, height);
        using var batch = ImageBatch.FromImages([image]);
        using var signed = batch.ToSigned();
        return signed.to(like.device, copy: true);
    }

    /// <summary>Scaled latent mean of the target, [1, C, h, w], without a gradient.</summary>
    public Tensor TargetLatents(Tensor like) => TensorScope.Inference(() => Pipeline.EncodeImages(TargetPixels(like)).Mean);
}
