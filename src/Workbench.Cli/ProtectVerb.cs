using System.CommandLine;
using Spectre.Console;
using Workbench.Imaging;
using Workbench.Personalization;
using Workbench.Perturbations;
using Workbench.Pipelines;
using Workbench.Purification;
using Workbench.Tensors;
using Workbench.Weights;
using Workbench.Worlds;
using PerturbationProfile = Workbench.Perturbations.Profile;

namespace Workbench.Cli;

/// <summary><c>workbench protect</c>: adds a protective perturbation to a folder of pictures and audits what it wrote.</summary>
internal static class ProtectVerb
{
    public static Command Create()
    {
        var input = new Argument<string>("input") { Description = "Folder of pictures of one subject; all are attacked at once, so memory grows with their number." };
        var output = new Argument<string>("output") { Description = "Folder for the protected PNG files and their manifest." };
        var method = new Option<string>("--method") { Description = string.Join(", ", PerturbationCatalog.Names), DefaultValueFactory = _ => "aspl" };
        method.AcceptOnlyFromAmong([.. PerturbationCatalog.Names]);
        var budget = new Option<double>("--budget") { Description = "Largest change of a pixel, in 8-bit levels.", DefaultValueFactory = _ => 11 };
        var model = new Option<string?>("--model") { Description = "Model folder to attack; by default the mini world's." };
        var profile = ProfileOptions.Protection("Settings");
        var references = new Option<string?>("--references") { Description = "Folder of clean pictures of the subject, for surrogates; by default the input." };
        var instance = new Option<string>("--instance-prompt") { Description = "Prompt of the subject.", DefaultValueFactory = _ => "a photo of sks person" };
        var @class = new Option<string>("--class-prompt") { Description = "Prompt of the class.", DefaultValueFactory = _ => "a photo of person" };
        var prior = new Option<bool>("--no-prior") { Description = "Train surrogates without class pictures." };
        var ensemble = new Option<string[]>("--ensemble") { Description = "Further model folders that e-fsmg and e-aspl attack beside --model.", AllowMultipleArgumentsPerToken = true };
        var target = new Option<string?>("--target") { Description = "Picture that targeted methods steer to; by default a pattern of rings." };
        var through = new Option<string?>("--through") { Description = "Purifier chain that the attack looks through, for example sr or jpeg(60)-gau(1)." };
        var samples = new Option<int?>("--samples") { Description = $"Runs of --through that are averaged a step; by default {AdaptiveAttack.DefaultSamples} of a chain that draws random numbers, else 1." };
        var cdl = new Option<bool>("--cdl") { Description = "The attack knows of contrastive decoupling: its prompts hold the noise token." };
        var cache = new Option<string?>("--cache") { Description = "Folder that keeps class pictures, for the next run with the same model, prompt and seed." };
        var device = ComputeOptions.Device();
        // Gradients reach the pixels through these networks; many of them are too small for float16.
        var dtype = ComputeOptions.DType("float32", "bfloat16");
        var size = new Option<int?>("--size") { Description = "Side of the pictures; by default what the model was trained at." };
        var seed = new Option<ulong>("--seed") { Description = "The same seed writes the same bytes." };
        var command = new Command("protect", "Adds a protective perturbation within a budget, and audits the files.")
        {
            input, output, method, budget, model, profile, references, instance, @class, prior, ensemble, target, through, samples, cdl, cache, device, dtype, size, seed,
        };
        command.SetAction((parse, cancellation) => VerbGuard.Run(() =>
        {
            if (parse.GetValue(ensemble) is { Length: > 0 } && parse.GetRequiredValue(method) is not ("e-fsmg" or "e-aspl"))
                throw new ArgumentException($"--ensemble is for e-fsmg and e-aspl; {parse.GetRequiredValue(method)} attacks one model.");
            if (parse.GetValue(samples) is not null && parse.GetValue(through) is null) throw new ArgumentException("--samples is for --through: nothing random is looked through.");
            if (parse.GetValue(size) < 1) throw new ArgumentException($"--size is {parse.GetValue(size)}, expected a side in pixels.");
            if (!(parse.GetValue(budget) > 0)) throw new ArgumentException($"--budget is {parse.GetValue(budget)}, expected more than 0 levels: nothing would be protected.");
            var files = ProtectedFolder.Inputs(parse.GetRequiredValue(input), parse.GetRequiredValue(output));
            AtomicFile.RequireWritable(parse.GetRequiredValue(output));
            var (place, type) = (ComputeOptions.DeviceOf(parse.GetRequiredValue(device)), ComputeOptions.TypeOf(parse.GetRequiredValue(dtype)));
            var modelFolder = parse.GetValue(model) ?? MiniWorldModels.Find();
            var settings = parse.GetValue(profile) ?? ProfileOptions.ProtectionFor(parse.GetValue(model));
            using var pipeline = StableDiffusionPipeline.FromPretrained(modelFolder, place, type);
            var side = parse.GetValue(size) ?? pipeline.PictureSide;
            if (side < pipeline.Vae.Config.SpatialFactor) throw new ArgumentException($"--size is {side}, the autoencoder needs at least {pipeline.Vae.Config.SpatialFactor} pixels.");
            using (ImageBatch.Load(files, side)) { } // a file that is no picture is better told now than after the class pictures
            var plain = PerturbationCatalog.Create(parse.GetRequiredValue(method), LinfBudget.Of255(parse.GetValue(budget)), settings);
            var purifiers = PurifyVerb.Sources(modelFolder, PurifiersOf(settings)) with { Device = place };
            var perturbation = parse.GetValue(through) is { } chain
                ? new AdaptiveAttack(plain, PurifierChain.Parse(chain, purifiers), parse.GetValue(samples) ?? (PurifierChain.IsRandom(chain, purifiers) ? AdaptiveAttack.DefaultSamples : 1))
                : plain;
            var folder = parse.GetRequiredValue(output);
            using var clean = parse.GetValue(references) is { } path ? ImageBatch.Load(path, side) : null;
            using var aim = parse.GetValue(target) is { } picture ? ImageBatch.Load([picture], side) : null;
            var others = (parse.GetValue(ensemble) ?? []).Select(f => StableDiffusionPipeline.FromPretrained(f, place, type)).ToArray();
            var wantsClass = !parse.GetValue(prior) && plain is SurrogatePerturbation;
            var start = new Seed(parse.GetValue(seed));
            BudgetAudit? audit = null;
            VerbProgress.Start(context =>
            {
                using var classImages = wantsClass ? DrawClass(pipeline, parse.GetRequiredValue(@class), settings, start, parse.GetValue(cache), context, cancellation) : null;
                var task = new Bars(context);
                audit = ProtectedFolder.Write(perturbation, parse.GetRequiredValue(input), folder, side, new PerturbationContext(pipeline)
                {
                    CleanReferences = clean,
                    ClassImages = classImages,
                    InstancePrompt = parse.GetRequiredValue(instance),
                    ClassPrompt = parse.GetRequiredValue(@class),
                    Ensemble = others,
                    Target = aim,
                    Decoupling = parse.GetValue(cdl) ? ContrastiveDecoupling.Paper : ContrastiveDecoupling.Off,
                }, start, task, cancellation);
            });
            AnsiConsole.MarkupLineInterpolated($"{perturbation.Name}: {audit!.ToString()}");
            AnsiConsole.MarkupLineInterpolated($"wrote {audit.Images} pictures to {folder} (profile {settings})");
            return 0;
        }, "stopped; nothing was written"));
        return command;
    }

    /// <summary>The settings of purifiers that go with those of a protection.</summary>
    private static PurifierProfile PurifiersOf(PerturbationProfile profile) => profile switch
    {
        PerturbationProfile.Paper => PurifierProfile.Paper,
        PerturbationProfile.Smoke => PurifierProfile.Smoke,
        _ => PurifierProfile.MiniWorld,
    };

    private static ImageBatch DrawClass(
        StableDiffusionPipeline pipeline, string prompt, PerturbationProfile profile, Seed seed, string? cache, ProgressContext context, CancellationToken cancellation)
    {
        var config = profile switch
        {
            PerturbationProfile.Paper => DreamBoothConfig.Paper,
            PerturbationProfile.Smoke => DreamBoothConfig.Smoke,
            _ => DreamBoothConfig.MiniWorld,
        };
        var task = context.AddTask("class pictures");
        return ClassImages.Get(pipeline, prompt, config.ClassSampling, seed.For("class images"), cache, new Step(task), cancellation);
    }

    private sealed class Step(ProgressTask task) : IProgress<DenoisingProgress>
    {
        public void Report(DenoisingProgress value) => task.Value = 100 * value.Fraction;
    }

    private sealed class Bars(ProgressContext context) : IProgress<PerturbationProgress>
    {
        private readonly Dictionary<string, ProgressTask> tasks = new(StringComparer.Ordinal);

        public void Report(PerturbationProgress value)
        {
            if (!tasks.TryGetValue(value.Stage, out var task)) tasks[value.Stage] = task = context.AddTask(value.Stage, maxValue: value.TotalSteps);
            task.Value = value.Step;
        }
    }
}
