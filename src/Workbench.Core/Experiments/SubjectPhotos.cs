using Workbench.Imaging;
using Workbench.Worlds;

namespace Workbench.Experiments;

/// <summary>The photo sets of one subject, as in the paper.</summary>
/// <param name="A">Clean photos that surrogates are trained with.</param>
/// <param name="B">Photos that are protected and trained on.</param>
/// <param name="C">Clean photos that generations are compared with.</param>
/// <seealso href="notebooks/01-defense-pipeline.ipynb">Explained in notebook 01.</seealso>
public sealed record SubjectPhotos(ImageBatch A, ImageBatch B, ImageBatch C) : IDisposable
{
    /// <summary>The sets of a held-out person of the mini world.</summary>
    /// <param name="subject">Number of the held-out person, from 0.</param>
    /// <param name="count">Photos a set.</param>
    public static SubjectPhotos OfMiniWorld(int subject, int count)
    {
        var person = new Subjects().HeldOut(subject);
        ImageBatch Set(string name) => ImageBatch.FromImages(person.Photos(name, count).Select(s => s.Image));
        return new SubjectPhotos(Set("A"), Set("B"), Set("C"));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
        C.Dispose();
    }
}
