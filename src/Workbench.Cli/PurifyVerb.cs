using System.CommandLine;
using Spectre.Console;
using Workbench.Experiments;
using Workbench.Imaging;
using Workbench.Metrics;
using Workbench.Purification;
using Workbench.Tensors;
using Workbench.Weights;
using Workbench.Worlds;

namespace Workbench.Cli;

/// <summary><c>workbench purify</c>: runs a chain of purifiers over a picture or a folder of pictures.</summary>
internal static class PurifyVerb
{
    public static Command Create()
    {
        var input = new Argument<string>("input") { Description = "A picture, or a folder of pictures." };
        var output = new Argument<string>("output") { Description = "Folder for the purified pictures and their manifest." };
        var chain = new Option<string?>("--chain", "-c")
        {
            Description = "Purifiers in order, joined by '-', for example code-sr or jpeg(50)-gau(1); by default the paper's code-sr, or what the model folder has of it: "
                + $"{string.Join(", ", PurifierCatalog.All.Select(e => e.Name))}.",
        };
        var model = new Option<string?>("--model") { Description = "Model folder with super_resolution/ and restoration/; by default the mini world's." };
        var upscaler = new Option<string?>("--upscaler") { Description = "Folder of the upscaler for sr, in place of the model folder's." };
        var restorer = new Option<string?>("--restorer") { Description = "Folder of the CodeFormer for code, in place of the model folder's." };
        var faces = new Option<string?>("--faces") { Description = "Folder of OpenCV's Haar cascades: code restores the faces it finds, instead of taking the whole picture for one." };
        var detector = new Option<string?>("--face-detector") { Description = "ONNX file of a face detector with five landmarks, in place of --faces; or with boxes only, beside --landmarks." };
        var landmarks = new Option<string?>("--landmarks") { Description = "ONNX file of 68 landmarks, for the faces of --face-detector." };
        var clean = new Option<string?>("--clean") { Description = "Folder of clean pictures with the same names, for oracle." };
        var profile = ProfileOptions.Purifiers();
        var vgg = LpipsOptions.Option(LpipsOptions.Vgg, "LPIPS for impress: torchvision's VGG-16 and the lpips package's v0.1/vgg.pth; or one file with both.");
        var @class = new Option<string>("--class") { Description = "What the pictures show, for the prompts of diffusion purifiers; code restores people only and passes other pictures on.", DefaultValueFactory = _ => "person" };
        var device = ComputeOptions.Device();
        var dtype = ComputeOptions.DType("float32", "bfloat16", "float16");
        dtype.Description = "Precision of text encoder and UNet of diffusion pipelines (ldiffp, eldiffp, a diffusion upscaler): float32, bfloat16, float16. All else stays in float32.";
        var seed = new Option<ulong>("--seed") { Description = "Seed of all randomness." };
        var command = new Command("purify", "Tries to remove a protective perturbation from pictures.") { input, output, chain, model, upscaler, restorer, faces, detector, landmarks, clean, profile, vgg, @class, device, dtype, seed };
        command.SetAction((parse, cancellation) => VerbGuard.Run(() =>
        {
            var from = parse.GetRequiredValue(input);
            var place = ComputeOptions.DeviceOf(parse.GetRequiredValue(device));
            var settings = parse.GetValue(profile) ?? ProfileOptions.PurifiersFor(parse.GetValue(model));
            var found = Sources(parse.GetValue(model) ?? MiniWorldModels.Find(), settings);
            var sources = (found.WithUpscaler(parse.GetValue(upscaler)) with
            {
                Restorer = parse.GetValue(restorer) ?? found.Restorer, FaceCascades = parse.GetValue(faces),
                FaceDetector = parse.GetValue(detector), FaceLandmarks = parse.GetValue(landmarks), Class = parse.GetRequiredValue(@class),
                Device = place, PipelineDType = ComputeOptions.TypeOf(parse.GetRequiredValue(dtype)),
            }).WithLpips(LpipsOptions.Files(parse.GetValue(vgg)));
            return Run(new PurificationJob
            {
                Chain = parse.GetValue(chain) ?? Paper(sources),
                Files = Directory.Exists(from) ? ImageFolder.Files(from) : [from],
                Output = parse.GetRequiredValue(output),
                Sources = sources,
                CleanFolder = parse.GetValue(clean),
            }, settings, new Seed(parse.GetValue(seed)), cancellation);
        }, "stopped; pictures written so far were kept"));
        return command;
    }

    /// <summary>The purifiers of a model folder with the settings of a profile.</summary>
    internal static PurifierSources Sources(string model, PurifierProfile profile)
    {
        // The mini world's CLIP measures distances of its own pictures only.
        var found = profile is PurifierProfile.Paper or PurifierProfile.Released ? PurifierSources.FromModelFolder(model) : MiniWorldModels.PurifiersOf(model);
        return found with { Settings = PurifierSettings.Of(profile) };
    }

    private static string Paper(PurifierSources sources) => AvailableChains.Paper(sources) is var chain and not "none"
        ? chain : throw new ArgumentException("The model folder has neither restoration/ nor super_resolution/; name a --chain that needs no network, for example jpeg.");

    private static int Run(PurificationJob job, PurifierProfile profile, Seed seed, CancellationToken cancellation)
    {
        if (PurifierChain.Names(job.Chain).Any(name => PurifierCatalog.Find(name).Name == "code"))
        {
            if (!job.Sources.ShowsPeople)
                AnsiConsole.MarkupLineInterpolated($"[yellow]code restores faces: as in the compared code, pictures of class '{job.Sources.Class}' pass it unchanged[/]");
            else if (!job.Sources.FindsFaces && job.Files.FirstOrDefault(f => ImageCodec.Load(f) is var p && p.Width != p.Height) is { } wide)
                AnsiConsole.MarkupLineInterpolated($"[yellow]{wide} is not square: without --faces or --face-detector, code takes every whole picture for one aligned face and squeezes it to the network's size[/]");
        }
        VerbProgress.Start(context =>
        {
            var task = context.AddTask(Markup.Escape(job.Chain), maxValue: job.Files.Count);
            PurificationFolder.Run(job, seed, new Step(task), cancellation);
        });
        AnsiConsole.MarkupLineInterpolated($"wrote {job.Files.Count} pictures to {job.Output}, purified by {job.Chain} (profile {profile})");
        return 0;
    }

    private sealed class Step(ProgressTask task) : IProgress<PurificationProgress>
    {
        public void Report(PurificationProgress value) => task.Value = value.Done;
    }
}
