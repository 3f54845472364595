using System.Globalization;
using System.Text.Json;
using Workbench.Imaging;
using Workbench.Personalization;
using Workbench.Perturbations;
using Workbench.Tensors;
using Workbench.Weights;

namespace Workbench.Experiments;

/// <summary>The photos that a <see cref="PurifierStudy"/> purifies: protected once, then kept as files.</summary>
internal sealed class ProtectedPhotos(PurifierStudy study, ScenarioModels models, string folder, string model, Seed seed)
{
    private readonly PictureCache cache = new(folder);

    /// <summary>The photo sets of a person.</summary>
    public SubjectPhotos Sets(int subject) => models.Photos(subject, study.Config.PhotosPerSet);

    /// <summary>Set B of a person, protected, in 8 bits.</summary>
    public ImageBatch Get(string protection, int subject, CancellationToken cancellationToken)
    {
        using var photos = Sets(subject);
        if (protection == ProtectionStudy.Clean) return photos.B.Quantize();
        var method = PerturbationCatalog.Create(protection, study.Budget, study.Profile);
        var settings = JsonSerializer.Serialize(method.Settings, method.Settings.GetType(), ModelConfigFile.Options);
        var key = string.Create(CultureInfo.InvariantCulture, $"{protection} {study.Budget} {subject} photos {study.Config.PhotosPerSet} seed {seed} model {model} {settings}");
        return cache.Get(string.Create(CultureInfo.InvariantCulture, $"{protection}_subject{subject}"), key, () => Protect(method, photos, subject, cancellationToken), cancellationToken);
    }

    private ImageBatch Protect(IPerturbation method, SubjectPhotos photos, int subject, CancellationToken cancellationToken)
    {
        var dreamBooth = study.Config.DreamBooth;
        using var classImages = dreamBooth.WithPriorPreservation ? ClassPictures(cancellationToken) : null;
        using var clean = photos.B.Quantize();
        var context = new PerturbationContext(models.Pipeline)
        {
            CleanReferences = photos.A, ClassImages = classImages, InstancePrompt = dreamBooth.InstancePrompt, ClassPrompt = dreamBooth.ClassPrompt,
        };
        return method.Protect(clean, context, seed.For("protection").For(subject), cancellationToken: cancellationToken);
    }

    /// <summary>Drawn once: they cost more than most protections.</summary>
    private ImageBatch ClassPictures(CancellationToken cancellationToken)
    {
        var (prompt, sampling) = (study.Config.DreamBooth.ClassPrompt, study.Config.DreamBooth.ClassSampling);
        return cache.Get("class", $"{prompt} {sampling} seed {seed} model {model}",
            () => ClassImages.Get(models.Pipeline, prompt, sampling, seed.For("class images"), cancellationToken: cancellationToken), cancellationToken);
    }
}
