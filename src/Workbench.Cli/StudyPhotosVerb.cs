using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Workbench.Experiments;
using Workbench.Imaging;
using Workbench.Metrics;
using Workbench.Perturbations;
using Workbench.Pipelines;
using Workbench.Purification;
using Workbench.Worlds;

namespace Workbench.Cli;

/// <summary><c>workbench study photos</c>: real photos, protected and purified by every chain whose networks are at hand.</summary>
internal static class StudyPhotosVerb
{
    public static Command Create()
    {
        var preset = new PhotoStudy();
        var photos = new Argument<string[]>("photos") { Description = "Photos, or folders of them; by default data/photos.", Arity = ArgumentArity.ZeroOrMore };
        var output = new Option<string>("--out") { Description = "Folder of the table and the gallery.", DefaultValueFactory = _ => Path.Combine("data", "results", "photos") };
        var work = new Option<string>("--work") { Description = "Folder of protected and purified photos; finished ones are kept.", DefaultValueFactory = _ => Path.Combine("out", "photos") };
        var model = new Option<string?>("--model") { Description = "Model folder to attack; by default the mini world's." };
        var upscaler = new Option<string?>("--upscaler") { Description = "Folder of the upscaler for sr; by default that of --model, or else data/models/esrgan/medium-x2, which was trained on photos." };
        var faces = new Option<string?>("--faces") { Description = "Folder of OpenCV's Haar cascades, for code." };
        var chains = new Option<string[]>("--chains") { Description = $"Chains of purifiers; by default {string.Join(' ', preset.Chains)}.", AllowMultipleArgumentsPerToken = true };
        var method = new Option<string>("--method") { Description = "Protection.", DefaultValueFactory = _ => preset.Protection };
        var budget = new Option<double>("--budget") { Description = "Budget in 8-bit levels.", DefaultValueFactory = _ => preset.Budget.Levels };
        var profile = ProfileOptions.Protection("Settings of the protection");
        var vgg = LpipsOptions.Option(LpipsOptions.Vgg, "LPIPS for impress: torchvision's VGG-16 and the lpips package's v0.1/vgg.pth; or one file with both. Without, the root mean square of the pixels.");
        var size = new Option<int>("--size") { Description = "Side of the photos.", DefaultValueFactory = _ => preset.Side };
        var detail = new Option<string?>("--detail") { Description = "x,y,side: the part that the gallery shows; by default all." };
        var command = new Command("photos", "Real photos, protected and purified by every chain whose networks are at hand; nothing is trained on them.")
        {
            photos, output, work, model, upscaler, faces, chains, vgg, method, budget, profile, size, detail,
        };
        command.SetAction((parse, cancellation) => StudyVerb.Guard(() =>
        {
            if (parse.GetValue(size) < 1) throw new ArgumentException($"--size is {parse.GetValue(size)}, expected a side in pixels.");
            var study = preset with
            {
                Chains = parse.GetValue(chains) is { Length: > 0 } given ? given : preset.Chains,
                Protection = parse.GetRequiredValue(method),
                Budget = LinfBudget.Of255(parse.GetValue(budget)),
                Profile = parse.GetValue(profile) ?? ProfileOptions.ProtectionFor(parse.GetValue(model)),
                Side = parse.GetValue(size),
                Detail = parse.GetValue(detail) is { } text ? Part(text) : null,
            };
            // A published model brings neither the mini world's CLIP nor its identity encoder, and nothing here needs them.
            using var mini = parse.GetValue(model) is null ? MiniWorldModels.Load() : null;
            using var published = parse.GetValue(model) is { } path ? StableDiffusionPipeline.FromPretrained(path) : null;
            var data = Path.Combine(MiniWorldModels.Find(), "..", "..");
            var found = parse.GetValue(model) is { } source ? PurifierSources.FromModelFolder(source) : mini!.Purifiers with { Upscaler = null, LatentUpscaler = null };
            // The mini world's CLIP says nothing about photos; its restorer and pixel diffusion know drawn portraits only, and are shown as what they are.
            var sources = (found with { Upscaler = found.Upscaler ?? Path.Combine(data, "models", "esrgan", "medium-x2") }).WithUpscaler(parse.GetValue(upscaler)) with
            {
                FaceCascades = parse.GetValue(faces),
                PerceptualDistance = null, PerceptualParts = [], Settings = PurifierSettings.Paper,
            };
            sources = sources.WithLpips(LpipsOptions.Files(parse.GetValue(vgg)));
            var named = parse.GetValue(photos) is { Length: > 0 } paths ? paths : [Path.Combine(data, "photos")];
            string[] files = [.. named.SelectMany(p => Directory.Exists(p) ? ImageFolder.Files(p) : [p])];
            var (table, gallery) = study.Run(parse.GetRequiredValue(work), files, published ?? mini!.Pipeline, sources, new StudyVerb.Stages(), cancellation);
            var folder = parse.GetRequiredValue(output);
            gallery.SavePng(Path.Combine(folder, "gallery.png"));
            table.Write(folder);
            AnsiConsole.MarkupLineInterpolated($"wrote {Path.Combine(folder, "results.md")} and gallery.png");
            return 0;
        }));
        return command;
    }

    private static (int X, int Y, int Side) Part(string text) =>
        text.Split(',').Select(n => int.TryParse(n, CultureInfo.InvariantCulture, out var v) ? v : -1).ToArray() is [>= 0 and var x, >= 0 and var y, > 0 and var side] ? (x, y, side)
            : throw new ArgumentException($"--detail takes x,y,side, for example 128,32,192, not '{text}'.");
}
