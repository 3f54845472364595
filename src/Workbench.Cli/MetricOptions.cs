using System.CommandLine;
using Workbench.Metrics;

namespace Workbench.Cli;

/// <summary>The options that name the files of the published scores.</summary>
internal sealed class MetricOptions
{
    private readonly Option<string?> clip = new("--clip") { Description = "Folder of a CLIP with its tokenizer, in place of the model folder's; published scores take openai/clip-vit-base-patch32." };
    private readonly Option<string?> arcFace = new("--arcface") { Description = "ArcFace as .onnx, for IMS-IP and ISM." };
    private readonly Option<string?> vggFace = new("--vggface") { Description = "VGG-Face as .onnx, for IMS-VGG." };
    private readonly Option<string?> detector = new("--face-detector") { Description = "A face detector as .onnx, for FDFR and SDS; for likeness where there is no --haar." };
    private readonly Option<string?> haar = new("--haar") { Description = "Folder of OpenCV's Haar cascades: faces are aligned by their eyes." };
    private readonly Option<string?> liqe = new("--liqe") { Description = "LIQE.pt, for LIQE and Q." };
    private readonly Option<string?> brisque = new("--brisque") { Description = "Folder of OpenCV's two BRISQUE files." };

    /// <summary>The options, in the order of help.</summary>
    public IReadOnlyList<Option> All => [clip, arcFace, vggFace, detector, haar, liqe, brisque];

    /// <summary>Whether a CLIP was named.</summary>
    public bool NamesClip(ParseResult parse) => parse.GetValue(clip) is not null;

    /// <summary>Folder of Haar cascades; null without.</summary>
    public string? Haar(ParseResult parse) => parse.GetValue(haar);

    /// <summary>The files that were given, and what a model folder has beside.</summary>
    /// <exception cref="DirectoryNotFoundException">The model folder or CLIP's is not there.</exception>
    public MetricSources Sources(ParseResult parse, string model)
    {
        var found = MetricSources.FromModelFolder(Existing(model));
        if (parse.GetValue(clip) is { } other) found = found with { Clip = Existing(other), Tokenizer = null };
        return found with
        {
            ArcFace = parse.GetValue(arcFace), VggFace = parse.GetValue(vggFace), FaceDetector = parse.GetValue(detector), HaarCascades = parse.GetValue(haar),
            Liqe = parse.GetValue(liqe), Brisque = parse.GetValue(brisque),
        };
    }

    private static string Existing(string folder) => Directory.Exists(folder) ? folder : throw new DirectoryNotFoundException($"{folder}: there is no such folder.");
}
