using Workbench.Personalization;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>What all surrogates of one attacked model share: settings, and the latents of the class pictures and of the clean references.</summary>
internal sealed class SurrogateSetup : IDisposable
{
    /// <summary>Encodes the pictures.</summary>
    /// <param name="context">Model, prompts, pictures.</param>
    /// <param name="config">How surrogates are trained; prompts come from the context.</param>
    /// <param name="compat">Departures of the reference code.</param>
    /// <param name="original">The pictures to protect; they are the references where the context has none.</param>
    /// <param name="seed">Of what the context's transform draws.</param>
    /// <param name="cancellationToken">Stops between two groups of pictures.</param>
    public SurrogateSetup(PerturbationContext context, DreamBoothConfig config, SurrogateCompat compat, Tensor original, Seed seed, CancellationToken cancellationToken)
    {
        Context = context;
        Compat = compat;
        Config = config with
        {
            InstancePrompt = context.InstancePrompt,
            ClassPrompt = context.ClassPrompt,
            Decoupling = context.Decoupling,
            WithPriorPreservation = config.WithPriorPreservation && context.ClassImages is not null,
            // A protector trains plainly; the negative prompt is the other side's tool.
            NegativePromptShare = 0,
            MaxGradNorm = compat.CompatNoClip ? 0 : config.MaxGradNorm,
        };
        var vae = context.Pipeline.Vae;
        Prior = PriorLatents.Encode(vae, context.ClassImages is { } images ? new PriorImages(images) : null, Config, cancellationToken);
        using var references = context.CleanReferences?.ToSigned().to(original.device);
        CleanLatents = Encode(references ?? original, seed.For("references"), cancellationToken);
    }

    /// <summary>The attacked model and its surroundings.</summary>
    public PerturbationContext Context { get; }

    /// <summary>Settings with the context's prompts.</summary>
    public DreamBoothConfig Config { get; }

    /// <summary>Departures of the reference code.</summary>
    public SurrogateCompat Compat { get; }

    /// <summary>With <see cref="SurrogateCompat.CompatIndexOrder"/>, shuffles the subject's pictures at every call (MetaCloak).</summary>
    public bool ShufflesInstances { get; init; }

    /// <summary>Posteriors of the class pictures; null without prior preservation.</summary>
    public PriorLatents? Prior { get; }

    /// <summary>Posteriors of the clean references.</summary>
    public LatentCache CleanLatents { get; }

    /// <summary>Posteriors of pictures as the trainer will see them: through the context's transform, which draws once.</summary>
    /// <param name="signed">[N, 3, H, W] in [-1,1].</param>
    /// <param name="seed">Of the transform's draws.</param>
    /// <param name="cancellationToken">Stops between two groups of pictures.</param>
    /// <param name="rescale">What comes between the transform and the autoencoder; null: nothing.</param>
    public LatentCache Encode(Tensor signed, Seed seed, CancellationToken cancellationToken, Func<Tensor, Tensor>? rescale = null)
    {
        using var seen = TensorScope.Inference(() =>
        {
            using var draws = seed.Open();
            var pixels = Context.Transform is { } transform ? transform(signed, draws) : signed.alias();
            return rescale is null ? pixels : rescale(pixels);
        });
        return LatentCache.Encode(Context.Pipeline.Vae, seen, cancellationToken);
    }

    /// <summary>A surrogate that starts from the pretrained model.</summary>
    public Surrogate Open(Seed seed) => new(this, seed);

    /// <inheritdoc/>
    public void Dispose()
    {
        Prior?.Dispose();
        CleanLatents.Dispose();
    }
}
