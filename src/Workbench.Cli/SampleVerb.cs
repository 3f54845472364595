using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Workbench.Imaging;
using Workbench.Models.Clip;
using Workbench.Pipelines;
using Workbench.Tensors;
using Workbench.Weights;

namespace Workbench.Cli;

/// <summary><c>workbench sample</c>: pictures from prompts, as PNG files and a contact sheet.</summary>
internal static class SampleVerb
{
    public static Command Create()
    {
        var model = new Option<string>("--model") { Description = "Model folder in the diffusers layout.", Required = true };
        var prompts = new Option<string[]>("--prompt") { Description = "What to draw; repeat for more.", Required = true, Arity = ArgumentArity.OneOrMore };
        var negative = new Option<string>("--negative") { Description = "What to stay away from.", DefaultValueFactory = _ => "" };
        var steps = new Option<int>("--steps") { Description = "Sampling steps.", DefaultValueFactory = _ => 50 };
        var guidance = new Option<double>("--guidance") { Description = "Strength of guidance; 1 = none.", DefaultValueFactory = _ => 7.5 };
        var count = new Option<int>("--count") { Description = "Pictures a prompt.", DefaultValueFactory = _ => 4 };
        var seed = new Option<ulong>("--seed") { Description = "Seed of the noise.", DefaultValueFactory = _ => 0 };
        var batch = new Option<int>("--batch") { Description = "Pictures that are drawn together.", DefaultValueFactory = _ => 4 };
        var device = ComputeOptions.Device();
        var dtype = ComputeOptions.DType("float32", "bfloat16", "float16");
        var truncate = new Option<bool>("--truncate") { Description = "Prompts that are too long for the text encoder are cut, instead of refused." };
        var output = new Option<string>("--out") { Description = "Folder for the pictures; those that an earlier run left in it are replaced or removed, other files are not.", DefaultValueFactory = _ => Path.Combine("out", "sample") };
        var command = new Command("sample", "Draws pictures from prompts with a diffusion model.")
        {
            model, prompts, negative, steps, guidance, count, seed, batch, device, dtype, truncate, output,
        };
        command.SetAction((parse, cancellationToken) => VerbGuard.Run(() =>
        {
            var request = new TextToImage
            {
                Prompts = parse.GetRequiredValue(prompts), NegativePrompt = parse.GetRequiredValue(negative), NumInferenceSteps = parse.GetValue(steps),
                GuidanceScale = parse.GetValue(guidance), NumImages = parse.GetValue(count), Seed = new Seed(parse.GetValue(seed)), BatchSize = parse.GetValue(batch),
                Overflow = parse.GetValue(truncate) ? PromptOverflow.Truncate : PromptOverflow.Error,
            };
            request.Validate();
            AtomicFile.RequireWritable(parse.GetRequiredValue(output));
            using var pipeline = StableDiffusionPipeline.FromPretrained(
                parse.GetRequiredValue(model), ComputeOptions.DeviceOf(parse.GetRequiredValue(device)), ComputeOptions.TypeOf(parse.GetRequiredValue(dtype)));
            using var images = Draw(pipeline, request, cancellationToken);
            Write(images, request, parse.GetRequiredValue(output));
            return 0;
        }, "stopped"));
        return command;
    }

    private static ImageBatch Draw(StableDiffusionPipeline pipeline, TextToImage request, CancellationToken cancellationToken) =>
        VerbProgress.Start(context => pipeline.Generate(request, new Bar(context.AddTask("drawing", maxValue: 1)), cancellationToken));

    private static void Write(ImageBatch images, TextToImage request, string folder)
    {
        var digits = $"D{Math.Max(3, $"{images.Count - 1}".Length)}";
        var written = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < images.Count; i++)
        {
            var name = $"{i.ToString(digits, CultureInfo.InvariantCulture)}.png";
            written.Add(name);
            // The settings travel with the picture.
            images.Image(i).SavePng(Path.Combine(folder, name), new Dictionary<string, string>
            {
                ["prompt"] = request.Prompts[i / request.NumImages], ["negative_prompt"] = request.NegativePrompt, ["seed"] = $"{request.Seed}", ["image"] = $"{i}",
                ["steps"] = $"{request.NumInferenceSteps}", ["guidance_scale"] = $"{request.GuidanceScale}",
            });
        }
        // In a folder of its own: what reads the pictures of this one must not take it for one of them. Nor what an earlier run left under other numbers.
        foreach (var old in Directory.GetFiles(folder, "*.png").Where(f => int.TryParse(Path.GetFileNameWithoutExtension(f), out _) && !written.Contains(Path.GetFileName(f)) && IsOurs(f)))
            File.Delete(old);
        ContactSheet.Compose(images, columns: Math.Min(request.NumImages, 8)).SavePng(Path.Combine(folder, "sheet", "sheet.png"));
        AnsiConsole.MarkupLineInterpolated($"wrote {images.Count} pictures to {folder}, and all of them on {Path.Combine(folder, "sheet", "sheet.png")}");
    }

    private static bool IsOurs(string picture)
    {
        try
        {
            return PngText.Read(picture).ContainsKey("prompt");
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private sealed class Bar(ProgressTask task) : IProgress<DenoisingProgress>
    {
        public void Report(DenoisingProgress value)
        {
            task.Value = value.Fraction;
            value.Latents.Dispose();
            value.X0.Dispose();
        }
    }
}
