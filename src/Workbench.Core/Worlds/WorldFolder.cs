using System.Text.Json;
using System.Text.Json.Serialization;
using Workbench.Imaging;
using Workbench.Tensors;

namespace Workbench.Worlds;

/// <summary>Writes pictures of the mini world to a folder: contact sheets, and a small data set with its captions and parameters.</summary>
public static class WorldFolder
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>Renders contact sheets and <c>dataset/</c> (PNG files and <c>captions.jsonl</c>) into <paramref name="folder"/>.</summary>
    /// <param name="folder">The folder; made if missing. Files are written under a temporary name, then renamed.</param>
    /// <param name="seed">Seed of the pictures.</param>
    /// <param name="count">Pictures in the data set.</param>
    /// <param name="progress">Told the number of files written.</param>
    /// <param name="cancellationToken">Stops between files; finished files stay whole.</param>
    public static void Write(string folder, Seed seed, int count, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        var people = new IdentitySplit(IdentitySplit.DefaultWorld);
        Directory.CreateDirectory(folder);
        (string Name, Func<RgbImage> Draw)[] sheets =
        [
            ("identity-photos", () => WorldSheets.OneIdentity(people, 3, seed.For("photos"))),
            ("identities", () => WorldSheets.ManyIdentities(people)),
            ("shared-outfits", () => WorldSheets.SharedOutfits(people, seed.For("shared"))),
            ("things", () => WorldSheets.Things(seed.For("things"))),
            ("degradations", () => WorldSheets.Degradations(people, seed.For("degradations"))),
            ("samples", () => WorldSheets.Samples(seed.For("samples"))),
        ];
        var written = 0;
        foreach (var (name, draw) in sheets)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Save(draw(), Path.Combine(folder, name + ".png"));
            progress?.Report(++written);
        }
        WriteDataset(Path.Combine(folder, "dataset"), seed.For("dataset"), count, SampleMix.Default,
            progress is null ? null : new Offset(progress, written), cancellationToken);
    }

    /// <summary>Writes samples as PNG files, then <c>captions.jsonl</c> with one line a picture: file, caption, class, parameters.</summary>
    /// <param name="folder">The folder; made if missing.</param>
    /// <param name="seed">Seed of the stream.</param>
    /// <param name="count">Number of samples.</param>
    /// <param name="mix">Proportions.</param>
    /// <param name="progress">Told the number of pictures written.</param>
    /// <param name="cancellationToken">Stops between pictures; without <c>captions.jsonl</c> the folder is unfinished.</param>
    public static void WriteDataset(
        string folder, Seed seed, int count, SampleMix mix, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        Directory.CreateDirectory(folder);
        var captions = Path.Combine(folder, "captions.jsonl");
        var temporary = captions + ".tmp";
        try
        {
            using (var lines = new StreamWriter(temporary))
                for (var i = 0; i < count; i++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var sample = WorldSampler.Sample(seed, i, mix);
                    var file = $"{i:00000}.png";
                    Save(sample.Image, Path.Combine(folder, file));
                    lines.WriteLine(JsonSerializer.Serialize(new Line(
                        file, sample.Caption, sample.Class, sample.Identity, sample.Nuisance, sample.Object, sample.Degradation), s_json));
                    progress?.Report(i + 1);
                }
            File.Move(temporary, captions, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static void Save(RgbImage image, string path)
    {
        var temporary = path + ".tmp";
        File.WriteAllBytes(temporary, image.EncodePng());
        File.Move(temporary, path, overwrite: true);
    }

    private sealed record Line(
        string File, string Caption, WorldClass Class, Identity? Identity, Nuisance? Nuisance, SceneObject? Object, Degradation? Degradation);

    private sealed class Offset(IProgress<int> inner, int offset) : IProgress<int>
    {
        public void Report(int value) => inner.Report(offset + value);
    }
}
