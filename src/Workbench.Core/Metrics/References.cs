using Workbench.Imaging;

namespace Workbench.Metrics;

/// <summary>Checks what a metric is given, in one voice.</summary>
internal static class References
{
    /// <summary>The references of a full-reference metric: as many as pictures and of their size.</summary>
    public static ImageBatch Paired(IMetric metric, ImageBatch images, ImageBatch? references)
    {
        if (references is null) throw new ArgumentException($"{metric.Name} compares pictures with originals: give one reference a picture.", nameof(references));
        if (!references.Unit.shape.SequenceEqual(images.Unit.shape))
            throw new ArgumentException($"{metric.Name} needs one reference of the same size a picture: got {images} and {references}.", nameof(references));
        return references;
    }

    /// <summary>The references of an identity metric: at least one photo.</summary>
    public static ImageBatch Required(IMetric metric, ImageBatch? references) =>
        references ?? throw new ArgumentException($"{metric.Name} compares pictures with reference photos of the subject: give at least one.", nameof(references));
}
