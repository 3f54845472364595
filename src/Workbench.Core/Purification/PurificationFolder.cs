using System.Diagnostics;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Workbench.Imaging;
using Workbench.Tensors;
using Workbench.Weights;

namespace Workbench.Purification;

/// <summary>Purifies picture files into a folder, and writes down how: in every PNG and in <c>manifest.json</c>.</summary>
public static class PurificationFolder
{
    /// <summary>Name of the record of a run.</summary>
    public const string ManifestName = "manifest.json";

    private static readonly string Version =
        typeof(PurificationFolder).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    /// <summary>Purifies every picture by itself, with a seed that depends on its name only.</summary>
    /// <param name="job">What to do.</param>
    /// <param name="seed">All randomness.</param>
    /// <param name="progress">Told after every picture.</param>
    /// <param name="cancellationToken">Stops between pictures; those already written stay, without a manifest.</param>
    /// <returns>The paths written, in the order of the files.</returns>
    /// <exception cref="ArgumentException">The job or its chain is wrong.</exception>
    /// <exception cref="InvalidDataException">A file is no picture.</exception>
    public static IReadOnlyList<string> Run(
        PurificationJob job, Seed seed, IProgress<PurificationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        job.Validate();
        ImageBatch? clean = null;
        var chain = PurifierChain.Parse(job.Chain, job.CleanFolder is null ? job.Sources : job.Sources with { Clean = () => clean! });
        var (written, entries, models) = (new List<string>(), new JsonArray(), Models(job));
        Directory.CreateDirectory(job.Output);
        File.Delete(Path.Combine(job.Output, ManifestName)); // of an earlier run: it would call the mixture complete
        foreach (var file in job.Files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var original = job.CleanFolder is null ? null : ImageBatch.Load([Path.Combine(job.CleanFolder, Path.GetFileName(file))]);
            clean = original;
            var name = Path.GetFileNameWithoutExtension(file);
            using var picture = ImageBatch.Load([file]);
            var clock = Stopwatch.StartNew();
            using var result = chain.Purify(picture, seed.For(name), null, cancellationToken);
            var entry = new JsonObject
            {
                ["file"] = $"{name}.png",
                ["source"] = Path.GetFileName(file),
                ["source_sha256"] = Fingerprint.OfFile(file),
                ["seconds"] = Math.Round(clock.Elapsed.TotalSeconds, 3),
            };
            var target = Path.Combine(job.Output, $"{name}.png");
            result.Image(0).SavePng(target, new Dictionary<string, string>
            {
                ["purification"] = new JsonObject
                {
                    ["chain"] = job.Chain, ["seed"] = seed.Value, ["source_sha256"] = entry["source_sha256"]!.DeepClone(),
                    ["models"] = models.DeepClone(), ["version"] = Version,
                }.ToJsonString(JsonSerializerOptions.Default),
            });
            written.Add(target);
            entries.Add(entry);
            progress?.Report(new PurificationProgress(job.Chain, written.Count, job.Files.Count));
        }
        ModelConfigFile.WriteObject(Path.Combine(job.Output, ManifestName), new JsonObject
        {
            ["kind"] = "purification", ["chain"] = job.Chain, ["seed"] = seed.Value, ["version"] = Version, ["models"] = models, ["pictures"] = entries,
        });
        return written;
    }

    /// <summary>The weights that the chain's purifiers read, by role.</summary>
    private static JsonObject Models(PurificationJob job)
    {
        var (sources, models) = (job.Sources, new JsonObject());
        (string Role, string? Folder, string[] Purifiers)[] roles =
        [
            ("super_resolution", sources.Upscaler, ["sr", "noisyup", "pdmpure"]), ("restoration", sources.Restorer, ["code"]), ("vae", sources.Autoencoder, ["impress"]),
            ("pixel_diffusion", sources.PixelDiffusion, ["pdiffp", "ddspure", "gridpure", "pdmpure"]),
            ("unet", sources.TextToImage is { } model ? Path.Combine(model, "unet") : null, ["ldiffp", "eldiffp"]),
        ];
        var used = job.Chain.Split('-').Select(name => name.Split('(')[0].Trim()).ToHashSet(StringComparer.Ordinal);
        foreach (var (role, folder, purifiers) in roles)
        {
            if (folder is null || !Directory.Exists(folder) || !purifiers.Any(used.Contains)) continue;
            string[] hashes = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(WeightFiles.IsWeights).Order(StringComparer.Ordinal).Select(Fingerprint.OfFile)];
            if (hashes.Length == 0) continue;
            // Several files are known by the hash of their hashes.
            var sha = hashes.Length == 1 ? hashes[0] : Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(hashes))));
            models[role] = new JsonObject { ["folder"] = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)), ["sha256"] = sha };
        }
        return models;
    }

}
