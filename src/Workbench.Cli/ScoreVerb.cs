using System.CommandLine;
using Spectre.Console;
using Workbench.Experiments;
using Workbench.Imaging;
using Workbench.Metrics;
using Workbench.Weights;
using Workbench.Worlds;

namespace Workbench.Cli;

/// <summary><c>workbench score</c>: the published scores of a folder of pictures, as far as their networks are given.</summary>
internal static class ScoreVerb
{
    public static Command Create()
    {
        var pictures = new Argument<string>("pictures") { Description = "A picture, or a folder of pictures." };
        var references = new Option<string?>("--references") { Description = "Folder of photos of the person that the pictures should show, for likeness: other photos than those trained on." };
        var clean = new Option<string?>("--clean") { Description = "Folder of the originals with the same names, for PSNR, SSIM and LPIPS." };
        var model = new Option<string?>("--model") { Description = "Model folder with clip/ and perhaps identity/; by default the mini world's, whose networks know drawn portraits only." };
        var files = new MetricOptions();
        var alex = LpipsOptions.Option(LpipsOptions.Alex, "torchvision's AlexNet and the lpips package's v0.1/alex.pth; or one file with both.");
        var vgg = LpipsOptions.Option(LpipsOptions.Vgg, "The same with VGG-16 and v0.1/vgg.pth.");
        var @class = new Option<string>("--class") { Description = "What the pictures should show, for CLIP-IQAC, and for SDS of anything but a person.", DefaultValueFactory = _ => "person" };
        var size = new Option<int?>("--size") { Description = "Side of the square that pictures, references and originals are fitted to; by default they keep their sizes." };
        var device = ComputeOptions.Device();
        var output = new Option<string?>("--out", "-o") { Description = "JSON file with the scores of every picture, fingerprints and hashes." };
        var command = new Command("score", "Scores pictures by every metric whose files are given, and names the published scores that are left out.")
        {
            pictures, references, clean, model, alex, vgg, @class, size, device, output,
        };
        foreach (var option in files.All) command.Options.Add(option);
        command.SetAction((parse, cancellation) => VerbGuard.Run(() =>
        {
            var (from, target) = (parse.GetRequiredValue(pictures), parse.GetValue(output));
            if (Directory.Exists(target)) throw new ArgumentException($"--out names a file, and {target} is a folder.");
            if (target is not null) AtomicFile.RequireWritable(Path.GetDirectoryName(Path.GetFullPath(target))!);
            var sources = files.Sources(parse, parse.GetValue(model) ?? MiniWorldModels.Find()) with
            {
                LpipsAlex = LpipsOptions.Files(parse.GetValue(alex)), LpipsVgg = LpipsOptions.Files(parse.GetValue(vgg)),
                Class = parse.GetRequiredValue(@class), Device = ComputeOptions.DeviceOf(parse.GetRequiredValue(device)),
            };
            var scoring = new PictureScoring
            {
                Files = Directory.Exists(from) ? ImageFolder.Files(from) : [from],
                References = parse.GetValue(references) is { } photos ? ImageFolder.Files(photos) : [],
                CleanFolder = parse.GetValue(clean), Side = parse.GetValue(size),
            };
            Show(Run(scoring, sources, cancellation), target);
            if (parse.GetValue(model) is null && !files.NamesClip(parse))
                AnsiConsole.MarkupLine("[yellow]CLIP's scores and identity are by the mini world's networks, which know its drawn portraits only: --model or --clip names others[/]");
            return 0;
        }, "stopped; nothing was written"));
        return command;
    }

    private static PictureScores Run(PictureScoring scoring, MetricSources sources, CancellationToken cancellation) =>
        VerbProgress.Start(context => scoring.Run(sources, new Bar(context.AddTask("scoring", maxValue: 1)), cancellation));

    private static void Show(PictureScores scores, string? target)
    {
        var table = new Table().AddColumns("metric", "mean", "95 % over pictures", "better", "compares with", "pictures", "undefined");
        foreach (var m in scores.Metrics)
            table.AddRow(
                Markup.Escape(m.Metric.Name), double.IsFinite(m.Mean) ? FormattableString.Invariant($"{m.Mean:0.000}") : "none", m.Interval is { } i ? FormattableString.Invariant($"{i.Low:0.000} to {i.High:0.000}") : "",
                m.Metric.Direction is MetricDirection.HigherIsBetter ? "higher" : "lower", Words(m.Metric.Kind), $"{m.Values.Count}", $"{m.Undefined}");
        AnsiConsole.Write(table);
        foreach (var published in scores.Published) AnsiConsole.MarkupLineInterpolated($"{published.ToString()}");
        foreach (var leftOut in scores.LeftOut) AnsiConsole.MarkupLineInterpolated($"[yellow]left out {leftOut.ToString()}[/]");
        if (scores.ReferenceSide is { } side && scores.Scoring.Side is null)
            AnsiConsole.MarkupLineInterpolated($"[yellow]the references have several sizes: the middle square of each was fitted to {side} pixels[/]");
        if (target is null) return;
        scores.Write(target);
        AnsiConsole.MarkupLineInterpolated($"wrote {target}");
    }

    private static string Words(MetricKind kind) => kind switch
    {
        MetricKind.FullReference => "its original",
        MetricKind.Identity => "references",
        MetricKind.Distribution => "all references",
        _ => "nothing",
    };

    private sealed class Bar(ProgressTask task) : IProgress<(string Stage, double Fraction)>
    {
        public void Report((string Stage, double Fraction) value)
        {
            task.Description = Markup.Escape(value.Stage);
            task.Value = value.Fraction;
        }
    }
}
