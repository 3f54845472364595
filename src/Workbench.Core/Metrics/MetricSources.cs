using TorchSharp;
using Workbench.Imaging;
using Workbench.Metrics.Faces;
using Workbench.Models.Clip;
using Workbench.Models.Identity;
using Workbench.Weights;
using static TorchSharp.torch;

namespace Workbench.Metrics;

/// <summary>The files behind the published scores: whatever is given is opened, and what is not is named.</summary>
/// <remarks>
/// The networks of the published numbers are of others and are not shipped. Scores by another CLIP than <c>openai/clip-vit-base-patch32</c>, or by the
/// mini world's networks, have the same names and do not compare with published ones.
/// </remarks>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public sealed record MetricSources
{
    // Not by the name of the published score: no network of its stands behind it.
    private const string StandIn = "identity (stand-in)";
    private const string Vgg = "IMS-VGG", IsmName = "ISM";

    // Columns of every study by other names.
    private static readonly string[] OfEveryStudy = [StandIn, "CLIP-IQAC", "CLIP-IQAC log-odds", "IMS-CLIP"];

    /// <summary>Name of the likeness that ArcFace sees.</summary>
    internal const string ImsIp = "IMS-IP";

    /// <summary>Name of the paper's identity score.</summary>
    internal const string Ims = "IMS (published)";

    /// <summary>Name of the paper's quality score.</summary>
    internal const string Quality = "Q (published)";

    /// <summary>Folder of a CLIP in transformers' layout: CLIP-IQA, CLIP-IQAC and its log-odds, IMS-CLIP, half of Q.</summary>
    public string? Clip { get; init; }

    /// <summary>Folder of CLIP's tokenizer (<c>vocab.json</c>, <c>merges.txt</c>); null: inside <see cref="Clip"/>.</summary>
    public string? Tokenizer { get; init; }

    /// <summary>Folder of an <see cref="IdentityEncoder"/>, which stands in for likeness where <see cref="ArcFace"/> is not given.</summary>
    public string? Identity { get; init; }

    /// <summary>ArcFace as ONNX (InsightFace's antelopev2): IMS-IP and ISM.</summary>
    public string? ArcFace { get; init; }

    /// <summary>VGG-Face as ONNX: IMS-VGG.</summary>
    public string? VggFace { get; init; }

    /// <summary>A face detector as ONNX (<see cref="OnnxFaceDetector"/>): asked first for FDFR and SDS.</summary>
    public string? FaceDetector { get; init; }

    /// <summary>Folder of OpenCV's Haar cascades (<see cref="HaarFaceDetector"/>): asked first for likeness, because it finds eyes to align faces by.</summary>
    public string? HaarCascades { get; init; }

    /// <summary><c>LIQE.pt</c>: LIQE, half of Q.</summary>
    public string? Liqe { get; init; }

    /// <summary>LPIPS with AlexNet, the usual one for judging.</summary>
    public LpipsFiles? LpipsAlex { get; init; }

    /// <summary>LPIPS with VGG-16.</summary>
    public LpipsFiles? LpipsVgg { get; init; }

    /// <summary>Folder of OpenCV's <c>brisque_model_live.yml</c> and <c>brisque_range_live.yml</c>.</summary>
    public string? Brisque { get; init; }

    /// <summary>What the pictures show, for CLIP-IQAC's prompts; of anything but a person or face CLIP says SDS too.</summary>
    public string Class { get; init; } = "person";

    /// <summary>Device of CLIP, LIQE and LPIPS; null means the CPU, where all else stays.</summary>
    public Device? Device { get; init; }

    /// <summary>What a model folder has of it: <c>clip/</c> with its own or the model's <c>tokenizer/</c>, and <c>identity/</c>.</summary>
    public static MetricSources FromModelFolder(string folder) => new()
    {
        Clip = Existing(folder, "clip"),
        Tokenizer = Existing(folder, "clip", "tokenizer") ?? Existing(folder, "tokenizer"),
        Identity = Existing(folder, "identity"),
    };

    /// <summary>Opens every metric whose files are given.</summary>
    /// <param name="references">Photos of the person: where no face is found in any, scores that compare faces are left out. Null: not looked at.</param>
    /// <exception cref="IOException">A file that was named is not there.</exception>
    /// <exception cref="InvalidDataException">A file is something else than its role says, or LIQE's tokenizer is not CLIP's own.</exception>
    /// <exception cref="WeightsException">Weights do not fit; names file and key.</exception>
    public MetricSet Open(ImageBatch? references = null)
    {
        var set = new MetricSet();
        try
        {
            set.Add(new Psnr(), new Ssim());
            var tokenizer = FindTokenizer() is { } folder ? ClipTokenizer.FromFolder(folder) : null;
            var iqac = OpenClip(set, tokenizer);
            OpenPerceptual(set, LpipsNet.Alex, LpipsAlex);
            OpenPerceptual(set, LpipsNet.Vgg, LpipsVgg);
            OpenFaces(set, references);
            OpenQuality(set, tokenizer, iqac);
            return set;
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }

    /// <summary>The opened scores of generated pictures that a study does not have by itself: what compares with originals is none.</summary>
    internal static IReadOnlyList<IMetric> Published(MetricSet set) =>
        [.. set.Metrics.Where(m => m.Kind is MetricKind.NoReference or MetricKind.Identity && !OfEveryStudy.Contains(m.Name, StringComparer.Ordinal))];

    /// <summary>The folders and files that are read, by role; null where one is not given.</summary>
    public IReadOnlyList<ModelPart> Parts() =>
    [
        new("clip", Clip), new("tokenizer", FindTokenizer() is { } folder ? Path.Combine(folder, "vocab.json") : null), new("identity", ArcFace is null ? Identity : null),
        new("arcface", ArcFace), new("vgg_face", VggFace), new("face_detector", FaceDetector), new("haar_cascades", HaarCascades), new("liqe", Liqe),
        new("lpips_alex_trunk", LpipsAlex?.Trunk), new("lpips_alex_linear", LpipsAlex?.Linear), new("lpips_vgg_trunk", LpipsVgg?.Trunk), new("lpips_vgg_linear", LpipsVgg?.Linear),
        new("brisque_model", BrisqueFile("model")), new("brisque_range", BrisqueFile("range")),
    ];

    private IMetric? OpenClip(MetricSet set, ClipTokenizer? tokenizer)
    {
        var model = Clip is null ? null : set.Own(ClipModel.FromPretrained(Clip, device: Device));
        if (model is not null && tokenizer is not null) set.Clip = new ClipEmbedder(model, tokenizer, ClipImageProcessor.Beside(Clip!, model.Config.VisionConfig));
        else set.LeaveOut(model is null ? "a CLIP folder" : "CLIP's tokenizer", "CLIP-IQA", "CLIP-IQAC", "IMS-CLIP");
        IMetric? iqac = null;
        if (set.Clip is { } clip)
        {
            var subject = ClipIqac.SubjectWord(Class);
            iqac = new RememberedScores(new ClipIqac(clip, subject));
            set.Add(new ClipIqa(clip), iqac, new ClipIqacLogOdds(clip, subject), new ClipSimilarity(clip));
            // Faces are looked for by a detector, other subjects by CLIP.
            if (subject != "face") set.Add(SubjectDetection.Published(clip, subject));
        }
        if (ArcFace is null && Identity is not null) set.Add(new IdentitySimilarity(set.Own(IdentityEncoder.FromPretrained(Identity))) { Name = StandIn });
        return iqac;
    }

    private void OpenPerceptual(MetricSet set, LpipsNet net, LpipsFiles? files)
    {
        if (files is null) set.LeaveOut(net is LpipsNet.Alex ? "AlexNet and its linear weights" : "VGG-16 and its linear weights", Lpips.NameOf(net));
        else set.Add(set.Own(Lpips.Load(net, files.Trunk, files.Linear, Device)));
    }

    private void OpenFaces(MetricSet set, ImageBatch? references)
    {
        IFaceDetector? haar = HaarCascades is null ? null : HaarFaceDetector.FromFolder(HaarCascades);
        IFaceDetector? network = FaceDetector is null ? null : set.Own(new OnnxFaceDetector(FaceDetector));
        var (aligning, sure) = (haar ?? network, network ?? haar);
        if (sure is not null) set.Add(new FaceDetectionFailure(sure));
        else set.LeaveOut("a face detector as .onnx, or Haar cascades", "FDFR", ImsIp, IsmName, Vgg, Ims);
        // Haar cascades say how many windows agree, which is no probability.
        if (network is not null) set.Add(new FaceConfidence(network));
        else set.LeaveOut("a face detector as .onnx", "SDS (face)");
        if (ArcFace is null) set.LeaveOut("ArcFace as .onnx", ImsIp, IsmName, Ims);
        if (VggFace is null) set.LeaveOut("VGG-Face as .onnx", Vgg, Ims);
        // Opened all the same where no face will be found: a file that is none is better told of now.
        var arcFace = ArcFace is null ? null : set.Own(new OnnxFaceEmbedding(ArcFace));
        var vggFace = VggFace is null ? null : set.Own(new OnnxFaceEmbedding(VggFace, OnnxFaceEmbeddingOptions.VggFace));
        if (aligning is null || (arcFace is null && vggFace is null)) return;
        if (references is not null && aligning.Detect(references).All(faces => faces.Count == 0))
        {
            set.LeaveOut("a face in the references", ImsIp, IsmName, Vgg, Ims);
            return;
        }
        var ip = arcFace is null ? null : new RememberedScores(FaceIdentity.ImsIp(arcFace, aligning));
        var vgg = vggFace is null ? null : new RememberedScores(FaceIdentity.ImsVgg(vggFace, aligning));
        if (ip is not null) set.Add(ip, FaceIdentity.Ism(arcFace!, aligning));
        if (vgg is not null) set.Add(vgg);
        if (ip is not null && vgg is not null) set.Add(new PublishedIms(ip, vgg));
    }

    private void OpenQuality(MetricSet set, ClipTokenizer? tokenizer, IMetric? iqac)
    {
        if (Liqe is null || tokenizer is null) set.LeaveOut(Liqe is null ? "LIQE.pt" : "CLIP's tokenizer", "LIQE", Quality);
        if (Liqe is not null && tokenizer is not null)
        {
            var model = set.Own(OpenAiClipWeights.Load(Liqe));
            if (model.Config.TextConfig.VocabSize != tokenizer.VocabularySize)
                throw new InvalidDataException($"{Liqe} knows {model.Config.TextConfig.VocabSize} tokens, the tokenizer in {FindTokenizer()} {tokenizer.VocabularySize}: LIQE needs that of OpenAI's CLIP, for example openai/clip-vit-base-patch32.");
            if (Device is not null) model.to(Device);
            var liqe = new RememberedScores(set.Own(new Liqe(model, tokenizer)));
            set.Add(liqe);
            if (iqac is not null) set.Add(new PublishedQuality(liqe, iqac));
            else set.LeaveOut("CLIP-IQAC", Quality);
        }
        if (Brisque is null) set.LeaveOut("BRISQUE's two files", "BRISQUE");
        else set.Add(new Brisque(BrisqueModel.Load(BrisqueFile("model")!, BrisqueFile("range")!)));
    }

    private string? FindTokenizer() => Tokenizer ?? (Clip is null ? null : Existing(Clip, "tokenizer") ?? (File.Exists(Path.Combine(Clip, "vocab.json")) ? Clip : null));

    private string? BrisqueFile(string kind) => Brisque is null ? null : Path.Combine(Brisque, $"brisque_{kind}_live.yml");

    private static string? Existing(params string[] parts) => Path.Combine(parts) is var path && Directory.Exists(path) ? path : null;
}
