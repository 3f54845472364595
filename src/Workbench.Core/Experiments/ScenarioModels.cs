using TorchSharp;
using Workbench.Metrics;
using Workbench.Models.Identity;
using Workbench.Pipelines;
using Workbench.Purification;
using Workbench.Tensors;
using Workbench.Worlds;

namespace Workbench.Experiments;

/// <summary>The models that scenarios need. A scenario leaves them unchanged.</summary>
/// <param name="Pipeline">The model that is attacked and personalised.</param>
/// <param name="Clip">Scores quality, noise and class.</param>
/// <param name="Identity">Scores likeness.</param>
/// <param name="Purifiers">The folders that purifiers need.</param>
/// <param name="Photos">Gives a subject's photos: subject number, photos a set.</param>
/// <seealso href="notebooks/01-defense-pipeline.ipynb">Explained in notebook 01.</seealso>
public sealed record ScenarioModels(
    StableDiffusionPipeline Pipeline, ClipEmbedder Clip, IIdentityEncoder Identity, PurifierSources Purifiers, Func<int, int, SubjectPhotos> Photos)
{
    /// <summary>Scores likeness in every table; by default the mean cosine of <see cref="Identity"/>.</summary>
    public IMetric Likeness { get; init; } = new IdentitySimilarity(Identity);

    /// <summary>Published scores whose files were given, columns beside the others; the mini world has none.</summary>
    public IReadOnlyList<IMetric> Published { get; init; } = [];

    /// <summary>True where people are the mini world's, drawn by program and known by their number; others' photos may change under a number.</summary>
    internal bool DrawsItsPeople => Photos.Equals((Func<int, int, SubjectPhotos>)SubjectPhotos.OfMiniWorld);

    /// <summary>Threads that torch may use in a process: the mini world's layers gain little from a second one.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Fingerprint of what is attacked, personalised and asked: results of other weights must not mix.</summary>
    public string WeightsFingerprint() => string.Join('-', new[]
    {
        Fingerprint.Of(Pipeline.UNet), Fingerprint.Of(Pipeline.Vae), Fingerprint.Of(Pipeline.TextEncoder), Clip.ModelFingerprint,
    }.Select(print => print[..16]));

    /// <summary>Fingerprint of what scores pictures: CLIP, the identity encoder, and what is published.</summary>
    public string ScorersFingerprint()
    {
        var own = $"{Clip.ModelFingerprint[..16]}-{(Identity is torch.nn.Module ? Identity.WeightsFingerprint : $"{Identity.GetType().Name} {Identity.WeightsFingerprint}")}";
        IEnumerable<IMetric> more = Likeness is IdentitySimilarity ? Published : Published.Prepend(Likeness);
        return string.Join('-', more.Select(m => Fingerprint.OfText(m.Fingerprint)[..16]).Prepend(own));
    }

    /// <summary>The purifier chains that these models allow.</summary>
    internal PurifierChains Chains() => new(Purifiers, () => Clip.ModelFingerprint) { WithSettings = !DrawsItsPeople };

    /// <summary>The mini world's models and people, and the purifiers' settings for it.</summary>
    public static ScenarioModels Of(MiniWorldModels mini) =>
        new(mini.Pipeline, mini.Clip, mini.IdentityEncoder, mini.Purifiers, SubjectPhotos.OfMiniWorld);
}
