using System.Text.Json;
using System.Text.Json.Nodes;
using TorchSharp;
using Workbench.Imaging;
using Workbench.Tensors;
using Workbench.Weights;

namespace Workbench.Perturbations;

/// <summary>Protects a folder of pictures: PNG files with their provenance inside, a manifest, and the audit of what was written.</summary>
/// <remarks>PNG always: JPEG would destroy the noise. Pictures are fitted to one square size before, as training pictures are.</remarks>
public static class ProtectedFolder
{
    /// <summary>Name of the manifest; its presence says that the folder is complete.</summary>
    public const string ManifestFile = "manifest.json";

    /// <summary>Protects the pictures of <paramref name="inputFolder"/> into <paramref name="outputFolder"/>.</summary>
    /// <param name="perturbation">The method.</param>
    /// <param name="inputFolder">Pictures of one subject.</param>
    /// <param name="outputFolder">Made when missing; gets one PNG a picture under the same name, the fitted originals in <c>original/</c>, and the manifest.</param>
    /// <param name="size">Side of the pictures; a multiple of the autoencoder's factor.</param>
    /// <param name="context">Model and prompts.</param>
    /// <param name="seed">The same seed writes the same bytes.</param>
    /// <param name="progress">Hears of steps.</param>
    /// <param name="cancellationToken">Stops between two steps; nothing is written then.</param>
    /// <returns>The audit, measured on the files as written.</returns>
    /// <exception cref="ArgumentException">The output would overwrite the input.</exception>
    /// <exception cref="InvalidDataException">The files exceed the budget; they stay, without a manifest.</exception>
    public static BudgetAudit Write(
        IPerturbation perturbation, string inputFolder, string outputFolder, int size, PerturbationContext context, Seed seed,
        IProgress<PerturbationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var files = Inputs(inputFolder, outputFolder);
        var fitted = Fitted(outputFolder);
        var names = files.Select(f => Path.GetFileNameWithoutExtension(f)).ToArray();
        using var originals = ImageBatch.Load(files, size);
        using var result = perturbation.Protect(originals, context, seed, progress, cancellationToken);

        var provenance = new Dictionary<string, string>
        {
            ["Software"] = $"Workbench {Version}",
            ["workbench.perturbation"] = perturbation.Name,
            ["workbench.budget"] = perturbation.Budget.ToString(),
            ["workbench.settings"] = Settings(perturbation).ToJsonString(Compact),
            ["workbench.seed"] = seed.ToString(),
        };
        var manifest = Path.Combine(outputFolder, ManifestFile);
        Directory.CreateDirectory(outputFolder);
        File.Delete(manifest);
        for (var i = 0; i < names.Length; i++)
        {
            originals.Image(i).SavePng(Path.Combine(fitted, names[i] + ".png"));
            result.Image(i).SavePng(Path.Combine(outputFolder, names[i] + ".png"), provenance);
        }
        // The files of this run; a folder may hold pictures of another.
        RgbImage[] Written(string folder) => [.. names.Select(n => ImageCodec.Load(Path.Combine(folder, n + ".png")))];
        var audit = BudgetAudit.Measure(Written(fitted), Written(outputFolder), perturbation.Budget).ThrowIfExceeded();
        AtomicFile.WriteText(manifest, Manifest(perturbation, context, seed, size, names, audit).ToJsonString(ModelConfigFile.Options) + "\n");
        return audit;
    }

    /// <summary>The pictures that <see cref="Write"/> would protect, checked before anything slow is begun.</summary>
    /// <exception cref="ArgumentException">The output would overwrite the input.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such input folder.</exception>
    /// <exception cref="InvalidDataException">It holds no picture, or two of one name.</exception>
    public static IReadOnlyList<string> Inputs(string inputFolder, string outputFolder)
    {
        string[] targets = [outputFolder, Fitted(outputFolder)];
        if (targets.Any(t => ImageFolder.IsSame(inputFolder, t))) throw Overwriting(inputFolder, outputFolder);
        var files = ImageFolder.Files(inputFolder);
        if (files.Any(f => targets.Any(t => ImageFolder.Holds(t, f)))) throw Overwriting(inputFolder, outputFolder);
        // Whatever the disk: a folder may be copied to one that does not tell cases apart.
        return files.GroupBy(Path.GetFileNameWithoutExtension, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1) is not { } twice ? files
            : throw new InvalidDataException($"{inputFolder}: {string.Join(" and ", twice.Select(Path.GetFileName))} have one name; results are paired by it, so rename one.");
    }

    private static ArgumentException Overwriting(string inputFolder, string outputFolder) =>
        new($"{inputFolder} holds the originals, which writing to {outputFolder} would overwrite; choose another output folder.", nameof(outputFolder));

    private static string Fitted(string outputFolder) => Path.Combine(outputFolder, "original");

    private static readonly JsonSerializerOptions Compact = new(ModelConfigFile.Options) { WriteIndented = false };

    private static JsonNode Settings(IPerturbation perturbation) =>
        JsonSerializer.SerializeToNode(perturbation.Settings, perturbation.Settings.GetType(), ModelConfigFile.Options)!;

    private static string Version => typeof(ProtectedFolder).Assembly.GetName().Version?.ToString(3) ?? "";

    private static JsonObject Manifest(
        IPerturbation perturbation, PerturbationContext context, Seed seed, int size, IEnumerable<string> names, BudgetAudit audit) => new()
        {
            ["perturbation"] = perturbation.Name,
            ["settings"] = Settings(perturbation),
            ["budget_levels"] = perturbation.Budget.Levels,
            ["seed"] = seed.Value,
            ["size"] = size,
            ["instance_prompt"] = context.InstancePrompt,
            ["class_prompt"] = context.ClassPrompt,
            ["clean_references"] = context.CleanReferences?.Count ?? 0,
            ["class_images"] = context.ClassImages?.Count ?? 0,
            ["ensemble"] = context.Ensemble.Count,
            ["decoupling"] = context.Decoupling.IsOn,
            ["unet"] = Fingerprint.Of(context.Pipeline.UNet),
            ["vae"] = Fingerprint.Of(context.Pipeline.Vae),
            ["images"] = new JsonArray([.. names.Select(n => (JsonNode)n)]),
            ["audit"] = new JsonObject
            {
                ["max_levels"] = audit.MaxLevels,
                ["mean_levels"] = Math.Round(audit.MeanLevels, 4),
                ["bias_levels"] = Math.Round(audit.BiasLevels, 4),
                ["psnr"] = double.IsFinite(audit.Psnr) ? Math.Round(audit.Psnr, 3) : null,
            },
            ["workbench"] = Version,
            ["torchsharp"] = typeof(torch).Assembly.GetName().Version?.ToString(3),
        };
}
