using Workbench.Analysis;
using Workbench.Imaging;
using Workbench.Metrics;
using Workbench.Pipelines;

namespace Workbench.Experiments;

/// <summary>Scores generated pictures with the metrics of the evaluation.</summary>
/// <seealso href="notebooks/01-defense-pipeline.ipynb">Explained in notebook 01.</seealso>
public sealed class ScenarioScorer : IDisposable
{
    private readonly ScenarioModels models;
    private readonly ConceptProbe probe;
    private readonly ClipIqac quality;
    private readonly ClipIqacLogOdds qualityLogOdds;
    private readonly SubjectDetection detection;
    private readonly ClipSimilarity similarity;

    /// <summary>Embeds the prompts once.</summary>
    public ScenarioScorer(ScenarioModels models, ScenarioConfig config)
    {
        this.models = models;
        probe = new ConceptProbe(models.Clip, config.Probe);
        quality = new ClipIqac(models.Clip, config.SubjectWord);
        qualityLogOdds = new ClipIqacLogOdds(models.Clip, config.SubjectWord);
        detection = new SubjectDetection(models.Clip, config.SubjectWord, config.OtherClasses);
        similarity = new ClipSimilarity(models.Clip);
    }

    /// <summary>Scores pictures.</summary>
    /// <param name="images">Generated pictures.</param>
    /// <param name="prompts">The prompt of each.</param>
    /// <param name="references">Clean photos of the subject.</param>
    public IReadOnlyList<ImageScores> Score(ImageBatch images, IReadOnlyList<string> prompts, ImageBatch references)
    {
        var likeness = models.Likeness.Score(images, references);
        var good = quality.Score(images);
        var goodLogOdds = qualityLogOdds.Score(images);
        var noise = probe.Read(images).NoiseProbability;
        var subject = detection.Score(images);
        var close = similarity.Score(images, references);
        var published = models.Published.Select(m => (m.Name, Scores: m.Score(images, m.Kind is MetricKind.Identity ? references : null))).ToArray();
        return [.. Enumerable.Range(0, images.Count).Select(i => new ImageScores(i, prompts[i], likeness[i], good[i], noise[i], subject[i], close[i])
        {
            QualityLogOdds = goodLogOdds[i],
            Published = published.Length == 0 ? null : published.ToDictionary(p => p.Name, p => p.Scores[i], StringComparer.Ordinal),
        })];
    }

    /// <summary>Mean P(noise) of pictures, and of what the autoencoder makes of them.</summary>
    public (double Pictures, double Reconstructed) Noise(ImageBatch images)
    {
        var (pictures, reconstructed) = Readings(images);
        return (pictures.MeanNoise, reconstructed.MeanNoise);
    }

    /// <summary>Mean log-odds of noise of pictures, and of what the autoencoder makes of them; they do not saturate where <see cref="Noise"/> does.</summary>
    public (double Pictures, double Reconstructed) NoiseLogOdds(ImageBatch images)
    {
        var (pictures, reconstructed) = Readings(images);
        return (pictures.NoiseLogOdds.Average(), reconstructed.NoiseLogOdds.Average());
    }

    /// <inheritdoc/>
    public void Dispose() => probe.Dispose();

    private (ConceptReading Pictures, ConceptReading Reconstructed) Readings(ImageBatch images)
    {
        using var reconstructed = Reconstruction.Of(models.Pipeline.Vae, images);
        return (probe.Read(images), probe.Read(reconstructed));
    }
}
