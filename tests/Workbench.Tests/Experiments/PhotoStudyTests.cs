using Workbench.Experiments;
using Workbench.Perturbations;
using Workbench.Purification;
using Workbench.Tests.Personalization;
using Workbench.Tests.Purification;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Experiments;

public sealed class PhotoStudyTests
{
    private static readonly PhotoStudy Study = new() { Chains = ["none", "gau(1)", "sr"], Profile = Profile.Smoke, Side = 16, Detail = (4, 4, 8) };

    [Fact]
    public void A_row_a_photo_and_chain_that_is_not_made_twice_and_missing_networks_are_named()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var photos = TinyModel.Photos(2, 3);
        var files = photos.SavePngs(Path.Combine(folder.Path, "in"));
        var (pipeline, work) = (TinyModel.Create(), Path.Combine(folder.Path, "work"));
        var (table, gallery) = Study.Run(work, files, pipeline, new PurifierSources(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(["none", "gau(1)"], table.Names);
        Assert.Equal(2, table.People);
        Assert.StartsWith("sr: ", Assert.Single(table.LeftOut), StringComparison.Ordinal);
        Assert.All(table.Rows, r => Assert.True(r[PurifierTable.Psnr][0] is > 5 and < 60 && r[ProtectionTable.LatentShift][0] > 0));
        Assert.Contains("resample whole photos", StudyTableText.Markdown(table), StringComparison.Ordinal);
        Assert.True(gallery.Width > 8 * 8);
        var stages = new List<string>();
        var keys = Directory.GetFiles(work, "key.txt", SearchOption.AllDirectories).ToDictionary(f => f, File.GetLastWriteTimeUtc);
        Assert.Equal(2 * (1 + 2 * 2), keys.Count);
        var (again, _) = Study.Run(work, files, pipeline, new PurifierSources(), new Immediate<(string Stage, double Fraction)>(p => stages.Add(p.Stage)), TestContext.Current.CancellationToken);
        Assert.Equal(StudyTableText.Markdown(table), StudyTableText.Markdown(again));
        Assert.All(keys, k => Assert.Equal(k.Value, File.GetLastWriteTimeUtc(k.Key)));
        Assert.Contains("001: gau(1)", stages);
    }

    [Fact]
    public void A_distance_of_impress_that_is_another_is_named_and_made_anew()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var photos = TinyModel.Photos(1, 3);
        using (var vae = PurifierContractTests.Autoencoder()) vae.SavePretrained(folder.File("vae"));
        var (files, pipeline) = (photos.SavePngs(folder.File("in")), TinyModel.Create());
        var bare = new PurifierSources { Autoencoder = folder.File("vae") };
        (string Words, string Key) Run(PurifierSources sources)
        {
            var (table, _) = (Study with { Chains = ["impress(1)"] }).Run(folder.File("work"), files, pipeline, sources, cancellationToken: TestContext.Current.CancellationToken);
            return (StudyTableText.Markdown(table), string.Concat(Directory.GetFiles(folder.File("work"), "key.txt", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllText)));
        }
        var (first, other) = (Run(bare), Run(bare with
        {
            PerceptualDistance = (a, b) => (a - b).abs().mean(), PerceptualName = "LPIPS (VGG)", PerceptualParts = [new("perceptual_trunk", files[0])],
        }));
        Assert.DoesNotContain("IMPRESS's distance", first.Words, StringComparison.Ordinal);
        Assert.Contains("IMPRESS's distance is LPIPS (VGG).", other.Words, StringComparison.Ordinal);
        Assert.NotEqual(first.Key, other.Key);
    }

    [Fact]
    public void A_detail_outside_the_photo_and_no_photo_are_refused()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var photos = TinyModel.Photos(1, 3);
        var files = photos.SavePngs(Path.Combine(folder.Path, "in"));
        var outside = Study with { Chains = ["none"], Detail = (10, 0, 8) };
        Assert.Contains("10,0,8", Assert.Throws<ArgumentException>(() => outside.Run(Path.Combine(folder.Path, "work"), files, TinyModel.Create(), new PurifierSources())).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "work")));
        Assert.Throws<ArgumentException>(() => Study.Run(folder.Path, [], TinyModel.Create(), new PurifierSources()));
    }
}
