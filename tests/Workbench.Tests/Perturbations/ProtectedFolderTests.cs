using System.Text.Json.Nodes;
using Workbench.Imaging;
using Workbench.Perturbations;
using Workbench.Tensors;
using Workbench.Tests.Personalization;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Perturbations;

public sealed class ProtectedFolderTests
{
    [Fact]
    public void Files_carry_their_provenance_and_the_same_seed_writes_the_same_bytes()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var audit = Write(folder, "one");
        Write(folder, "two");
        Assert.True(audit.Passed && audit.MaxLevels is > 0 and <= 8, audit.ToString());
        foreach (var name in new[] { "a.png", "b.png" })
        {
            Assert.Equal(File.ReadAllBytes(folder.File("one", name)), File.ReadAllBytes(folder.File("two", name)));
            var text = PngText.Read(folder.File("one", name));
            Assert.Equal(("encoder", "8/255", "3"), (text["workbench.perturbation"], text["workbench.budget"], text["workbench.seed"]));
        }
        var manifest = JsonNode.Parse(File.ReadAllText(folder.File("one", ProtectedFolder.ManifestFile)))!;
        Assert.Equal(audit.MaxLevels, manifest["audit"]!["max_levels"]!.GetValue<int>());
        Assert.Equal(4, manifest["settings"]!["steps"]!.GetValue<int>());
        Assert.Equal(8, manifest["settings"]!["budget"]!["levels"]!.GetValue<double>());
    }

    [Theory]
    [MemberData(nameof(PerturbationContractTests.Methods), MemberType = typeof(PerturbationContractTests))]
    public void Every_method_leaves_its_provenance_in_file_and_manifest(string method)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var audit = Write(folder, "out", method: method);
        Assert.True(audit.Passed && audit.MaxLevels is > 0 and <= 8, audit.ToString());
        var manifest = JsonNode.Parse(File.ReadAllText(folder.File("out", ProtectedFolder.ManifestFile)))!;
        var text = PngText.Read(folder.File("out", "a.png"));
        Assert.Equal((method, method), (manifest["perturbation"]!.GetValue<string>(), text["workbench.perturbation"]));
        Assert.True(JsonNode.DeepEquals(manifest["settings"], JsonNode.Parse(text["workbench.settings"])));
    }

    [Fact]
    public void Pictures_of_another_size_are_fitted_before_and_audited_against_the_fitted_ones()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        TinyModel.Photos(1, 4).Image(0).Resize(40, 24).SavePng(folder.File("in", "wide.png"));
        var audit = Write(folder, "out");
        Assert.True(audit.Passed, audit.ToString());
        Assert.Equal(TinyModel.Side, ImageCodec.Load(folder.File("out", "wide.png")).Width);
        Assert.Equal(TinyModel.Side, ImageCodec.Load(folder.File("out", "original", "wide.png")).Width);
    }

    [Fact]
    public void A_cancelled_run_writes_nothing()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var stop = new CancellationTokenSource();
        var cancel = new Immediate<PerturbationProgress>(_ => stop.Cancel());
        Assert.ThrowsAny<OperationCanceledException>(() => Write(folder, "out", cancel, stop.Token));
        Assert.False(Directory.Exists(folder.File("out")));
    }

    [Fact]
    public void Two_pictures_of_one_name_are_refused()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.WriteText("", "in", "a.jpg"), TinyModel.Photos(1, 1).Image(0).EncodeJpeg());
        Assert.Throws<InvalidDataException>(() => Write(folder, "out"));
    }

    [Fact]
    public void The_originals_are_never_overwritten()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        TinyModel.Photos(1, 1).Image(0).SavePng(folder.File("in", "a.png"));
        var before = File.ReadAllBytes(folder.File("in", "a.png"));
        Assert.Contains("originals", Assert.Throws<ArgumentException>(() => Write(folder, "in" + Path.DirectorySeparatorChar)).Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(folder.File("in", "a.png")));
        // The fitted originals have a folder of their own in the output.
        Assert.Contains("originals", Assert.Throws<ArgumentException>(() => Write(folder, "out", input: Path.Combine("out", "original"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_of_an_earlier_run_do_not_count()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using ImageBatch before = TinyModel.Photos(1, 5), after = TinyModel.Photos(1, 6);
        before.SavePngs(folder.File("out", "original"), ["old"]);
        after.SavePngs(folder.File("out"), ["old"]);
        Assert.Equal(2, Write(folder, "out").Images);
    }

    private static BudgetAudit Write(TemporaryFolder folder, string output, IProgress<PerturbationProgress>? progress = null, CancellationToken? cancellationToken = null, string method = "encoder", string input = "in")
    {
        using var photos = TinyModel.Photos(2, 1);
        photos.SavePngs(folder.File(input), ["a", "b"]);
        return ProtectedFolder.Write(PerturbationCatalog.Create(method, LinfBudget.Of255(8), Profile.Smoke), folder.File(input), folder.File(output),
            TinyModel.Side, new PerturbationContext(TinyModel.Create()), new Seed(3), progress, cancellationToken ?? TestContext.Current.CancellationToken);
    }
}
