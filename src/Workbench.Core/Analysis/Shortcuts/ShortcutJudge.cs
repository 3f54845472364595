using Workbench.Imaging;
using Workbench.Metrics;
using Workbench.Models.Identity;

namespace Workbench.Analysis.Shortcuts;

/// <summary>Scores pictures by the two things that compete in shortcut learning: the pattern, and the person.</summary>
/// <param name="embedder">CLIP.</param>
/// <param name="encoder">The face embedding.</param>
/// <param name="config">The concepts of the probe; null for <see cref="ConceptProbeConfig.Paper"/>.</param>
public sealed class ShortcutJudge(ClipEmbedder embedder, IIdentityEncoder encoder, ConceptProbeConfig? config = null) : IDisposable
{
    private readonly ConceptProbe probe = new(embedder, config);
    private readonly IdentitySimilarity identity = new(encoder);

    /// <summary>Scores every picture.</summary>
    /// <param name="pictures">Generated pictures.</param>
    /// <param name="references">Clean photos of the subject.</param>
    public ShortcutScores Score(ImageBatch pictures, ImageBatch references) => new(probe.Read(pictures).NoiseLogOdds, identity.Score(pictures, references));

    /// <inheritdoc/>
    public void Dispose() => probe.Dispose();
}

/// <summary>Scores of some pictures, one entry a picture.</summary>
/// <param name="NoiseLogOdds">Log-odds of noise by CLIP's concept probe; above 0 reads as noise.</param>
/// <param name="Identity">Mean cosine of the face embedding to the references.</param>
public sealed record ShortcutScores(IReadOnlyList<double> NoiseLogOdds, IReadOnlyList<double> Identity);
