using TorchSharp;
using Workbench.Imaging;
using Workbench.Models.Identity;
using Workbench.Purification;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Metrics.Faces;

/// <summary>Likeness of a picture's face to the subject's reference photos, with the published rules as presets.</summary>
/// <remarks>
/// See <see cref="ImsIp"/>, <see cref="ImsVgg"/> and <see cref="Ism"/>. Faces are aligned as the embeddings were trained with where the detector gives
/// landmarks (<see cref="HaarFaceDetector"/>); boxes without landmarks are cut out as found, which costs likeness on tilted heads.
/// </remarks>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public sealed class FaceIdentity : IMetric
{
    private readonly IIdentityEncoder encoder;
    private readonly IFaceDetector detector;

    private FaceIdentity(string name, IIdentityEncoder encoder, IFaceDetector detector) => (Name, this.encoder, this.detector) = (name, encoder, detector);

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public MetricDirection Direction => MetricDirection.HigherIsBetter;

    /// <inheritdoc/>
    public MetricKind Kind => MetricKind.Identity;

    /// <inheritdoc/>
    public (double Low, double High) Range => (-1, 1);

    /// <summary>What happens without a face.</summary>
    public NoFaceRule NoFace { get; init; } = NoFaceRule.Penalize;

    /// <summary>Largest cosine distance at which a reference counts; null: all count.</summary>
    public double? DistanceThreshold { get; init; }

    /// <summary>True: cosine to the mean of the reference embeddings; false: mean of the cosines.</summary>
    public bool UseMeanReference { get; init; }

    /// <summary>True: of several faces the detector's first counts; false: the largest.</summary>
    public bool UseFirstFace { get; init; }

    /// <summary>How faces with landmarks are brought to the network's input.</summary>
    public FaceAlignment Alignment { get; init; }

    /// <inheritdoc/>
    public string Fingerprint => $"{Name} {NoFace} {DistanceThreshold} {UseMeanReference} {UseFirstFace} {Alignment} {detector.Fingerprint} {encoder.GetType().Name} {encoder.WeightsFingerprint}";

    /// <summary>IMS-IP: mean cosine of ArcFace embeddings, five points at ArcFace's template, -1 without a face. The paper's own code is not public; this follows its reviews.</summary>
    public static FaceIdentity ImsIp(IIdentityEncoder encoder, IFaceDetector detector) =>
        new("IMS-IP", encoder, detector) { Alignment = FaceAlignment.ArcFace };

    /// <summary>IMS-VGG: references within cosine distance 0.40 of a VGG-Face embedding, -1 when there is none; the detector's first face counts, its eyes level; without one the whole picture (MetaCloak).</summary>
    public static FaceIdentity ImsVgg(IIdentityEncoder encoder, IFaceDetector detector) =>
        new("IMS-VGG", encoder, detector)
        {
            DistanceThreshold = IdentitySimilarity.VggFaceThreshold, NoFace = NoFaceRule.UseWholePicture, UseFirstFace = true, Alignment = FaceAlignment.LevelEyes,
        };

    /// <summary>ISM: cosine to the mean of the reference embeddings, over pictures with a face, its eyes level (Anti-DreamBooth, by deepface). There the mean is of raw embeddings; here of unit ones, so that each reference counts alike.</summary>
    public static FaceIdentity Ism(IIdentityEncoder encoder, IFaceDetector detector) =>
        new("ISM", encoder, detector) { UseMeanReference = true, NoFace = NoFaceRule.LeaveOut, Alignment = FaceAlignment.LevelEyes };

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">No reference shows a face, and faces are needed.</exception>
    public IReadOnlyList<double> Score(ImageBatch images, ImageBatch? references = null)
    {
        var known = Embed(References.Required(this, references)).OfType<double[]>().ToArray();
        if (known.Length == 0) throw new ArgumentException($"{Name}: no face was found in any of the {references!.Count} references.", nameof(references));
        if (UseMeanReference) known = [Mean(known)];
        return [.. Embed(images).Select(face => face is null
            ? NoFace == NoFaceRule.LeaveOut ? double.NaN : -1
            : IdentitySimilarity.Aggregate([.. known.Select(reference => face.Zip(reference, (a, b) => a * b).Sum())], DistanceThreshold))];
    }

    /// <summary>Unit embeddings; null where there is no face.</summary>
    private double[]?[] Embed(ImageBatch images)
    {
        var faces = detector.Detect(images);
        return [.. Enumerable.Range(0, images.Count).Select(i => faces[i].Count > 0 ? One(images, i, UseFirstFace ? faces[i][0] : faces[i].MaxBy(f => f.Area))
            : NoFace == NoFaceRule.UseWholePicture ? One(images, i, new FaceBox(0, 0, images.Width, images.Height, 0)) : null)];
    }

    private double[] One(ImageBatch images, int index, FaceBox box) => TensorScope.Value(() =>
    {
        using var guard = no_grad();
        var face = FaceCrop.Of(images.Unit.narrow(0, index, 1), box, Alignment);
        return encoder.Embed(face * 2 - 1).view(-1).to(ScalarType.Float64, torch.CPU).data<double>().ToArray();
    });

    private static double[] Mean(double[][] embeddings)
    {
        var mean = Enumerable.Range(0, embeddings[0].Length).Select(d => embeddings.Average(e => e[d])).ToArray();
        var length = Math.Sqrt(mean.Sum(v => v * v));
        return [.. mean.Select(v => v / Math.Max(length, 1e-12))];
    }
}
