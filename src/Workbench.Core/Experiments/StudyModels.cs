using Workbench.Imaging;
using Workbench.Metrics;
using Workbench.Models.Identity;
using Workbench.Pipelines;
using Workbench.Purification;
using Workbench.Weights;
using Workbench.Worlds;

namespace Workbench.Experiments;

/// <summary>What a study runs on, opened: the mini world, or a model folder of Stable Diffusion with photos of real people.</summary>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public sealed class StudyModels : IDisposable
{
    private readonly IReadOnlyList<IDisposable> owned;

    private StudyModels(ScenarioModels models, PhotoDataset? dataset, params IReadOnlyList<IDisposable> owned) => (Models, Dataset, this.owned) = (models, dataset, owned);

    /// <summary>The models.</summary>
    public ScenarioModels Models { get; }

    /// <summary>The people; null: those of the mini world.</summary>
    public PhotoDataset? Dataset { get; }

    /// <summary>The mini world's models and people.</summary>
    /// <param name="model">Its folder; null: the shipped one.</param>
    public static StudyModels OfMiniWorld(string? model = null)
    {
        var mini = MiniWorldModels.Load(model);
        return new(ScenarioModels.Of(mini), null, mini);
    }

    /// <summary>A real model and real people.</summary>
    /// <remarks>Every file is opened, and every person's likeness to their own set C scored, before anything else: what is missing is told before hours of work.</remarks>
    /// <param name="model">Folder of the model that is attacked and personalised.</param>
    /// <param name="photos">Folder of the people (<see cref="PhotoDataset"/>).</param>
    /// <param name="metrics">Files of the scores: a CLIP, and either ArcFace with a face detector or an <see cref="IdentityEncoder"/>.</param>
    /// <param name="purifiers">What purifiers need; its device is that of the model too.</param>
    /// <exception cref="ArgumentException">A file without which nothing can be scored is not given.</exception>
    /// <exception cref="InvalidDataException">A person's set C cannot be scored: the message names it.</exception>
    public static StudyModels OfPhotos(string model, string photos, MetricSources metrics, PurifierSources purifiers)
    {
        var owned = new List<IDisposable>();
        try
        {
            T Own<T>(T part) where T : IDisposable
            {
                owned.Add(part);
                return part;
            }

            var pipeline = Own(StableDiffusionPipeline.FromPretrained(model, purifiers.Device));
            var dataset = new PhotoDataset(photos, pipeline.PictureSide);
            var set = Own(metrics.Open());
            if (set.Clip is not { } clip) throw new ArgumentException($"A study asks CLIP about its pictures: give a CLIP with its tokenizer, for example in {Path.Combine(model, "clip")}.", nameof(metrics));
            IIdentityEncoder encoder = metrics.ArcFace is { } file ? Own(new Metrics.Faces.OnnxFaceEmbedding(file)) : metrics.Identity is { } folder ? Own(IdentityEncoder.FromPretrained(folder))
                : throw new ArgumentException("A study scores likeness: give ArcFace as .onnx and a face detector.", nameof(metrics));
            var likeness = set.Metrics.FirstOrDefault(m => m.Name == MetricSources.ImsIp);
            if (likeness is null && metrics.ArcFace is not null) throw new ArgumentException("ArcFace wants faces cut out: give a face detector as .onnx, or Haar cascades.", nameof(metrics));
            var models = new ScenarioModels(pipeline, clip, encoder, purifiers, dataset.Photos)
            {
                Likeness = likeness ?? new IdentitySimilarity(encoder), Published = MetricSources.Published(set), Threads = Environment.ProcessorCount,
            };
            Check(models, dataset, ScenarioConfig.Paper.PhotosPerSet);
            return new(models, dataset, owned);
        }
        catch
        {
            foreach (var part in owned) part.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var part in owned) part.Dispose();
    }

    private static void Check(ScenarioModels models, PhotoDataset dataset, int photosPerSet)
    {
        for (var person = 0; person < dataset.People.Count; person++)
        {
            using var sets = dataset.Photos(person, photosPerSet);
            try
            {
                foreach (var metric in models.Published.Append(models.Likeness).Where(m => m.Kind is MetricKind.Identity)) metric.Score(sets.C, sets.C);
            }
            catch (ArgumentException e)
            {
                throw new InvalidDataException($"{Path.Combine(dataset.Folder, dataset.People[person], "set_C")}: {e.Message}", e);
            }
        }
    }
}
