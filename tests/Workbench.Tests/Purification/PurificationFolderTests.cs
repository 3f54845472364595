using System.Text.Json.Nodes;
using Workbench.Imaging;
using Workbench.Purification;
using Workbench.Tensors;
using Workbench.Tests.Imaging;
using Xunit;

namespace Workbench.Tests.Purification;

public sealed class PurificationFolderTests
{
    [Fact]
    public void Every_picture_and_the_manifest_say_how_they_were_made()
    {
        using var folder = new TemporaryFolder();
        var job = Job(folder, "jpeg(40)", ("a.png", 20, 16), ("b.png", 8, 30));
        var written = PurificationFolder.Run(job, new Seed(3));
        Assert.Equal([Path.Combine(job.Output, "a.png"), Path.Combine(job.Output, "b.png")], written);
        Assert.Equal((20, 16), ImageCodec.Load(written[0]) is var image ? (image.Width, image.Height) : default);
        var text = JsonNode.Parse(PngText.Read(written[1])["purification"])!;
        Assert.Equal("jpeg(40)", text["chain"]!.GetValue<string>());
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(job.Output, PurificationFolder.ManifestName)))!;
        Assert.Equal(3UL, manifest["seed"]!.GetValue<ulong>());
        Assert.Equal(Fingerprint.OfFile(job.Files[1]), manifest["pictures"]![1]!["source_sha256"]!.GetValue<string>());
        Assert.Equal(text["source_sha256"]!.GetValue<string>(), manifest["pictures"]![1]!["source_sha256"]!.GetValue<string>());
    }

    [Fact]
    public void The_manifest_names_the_weights_that_the_chain_used_and_no_others()
    {
        using var folder = new TemporaryFolder();
        var models = folder.File("models");
        using (var network = Models.PixelDiffusion.GuidedDiffusionUNetTests.Network()) network.SavePretrained(Path.Combine(models, "pixel_diffusion"));
        using (var upscaler = new Workbench.Models.SuperResolution.RrdbNet(new() { Scale = 2, NumFeat = 8, NumBlock = 1, NumGrowCh = 4 }))
            upscaler.SavePretrained(Path.Combine(models, "super_resolution"));
        var sources = PurifierSources.FromModelFolder(models);
        JsonNode Manifest(string chain)
        {
            var job = Job(folder, chain, ("a.png", 16, 16)) with { Sources = sources };
            PurificationFolder.Run(job, new Seed(3));
            return JsonNode.Parse(File.ReadAllText(Path.Combine(job.Output, PurificationFolder.ManifestName)))!["models"]!;
        }
        Assert.Equal(["super_resolution"], Manifest("jpeg(50)-sr").AsObject().Select(m => m.Key));
        Assert.Equal(["pixel_diffusion", "super_resolution"], Manifest("pdmpure").AsObject().Select(m => m.Key));
        var weights = Path.Combine(models, "pixel_diffusion", "diffusion_pytorch_model.safetensors");
        Assert.Equal(Fingerprint.OfFile(weights), Manifest("ddspure")["pixel_diffusion"]!["sha256"]!.GetValue<string>());
        Assert.Empty(Manifest("gau").AsObject());
    }

    [Fact]
    public void Runs_that_differ_in_class_settings_or_models_leave_different_records()
    {
        using var folder = new TemporaryFolder();
        Workbench.Worlds.RandomModelFolder.Write(folder.File("model"), new Seed(1));
        var sources = new PurifierSources { TextToImage = folder.File("model"), Settings = PurifierSettings.Smoke };
        JsonNode Record(PurifierSources from)
        {
            var job = Job(folder, "ldiffp(2)", ("a.png", 16, 16)) with { Sources = from };
            var text = JsonNode.Parse(PngText.Read(PurificationFolder.Run(job, new Seed(3))[0])["purification"])!;
            var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(job.Output, PurificationFolder.ManifestName)))!;
            Assert.True(JsonNode.DeepEquals(text["settings"], manifest["settings"]) && JsonNode.DeepEquals(text["models"], manifest["models"]));
            return text;
        }
        var first = Record(sources);
        Assert.Equal(("person", "cpu"), (first["settings"]!["class"]!.GetValue<string>(), first["settings"]!["device"]!.GetValue<string>()));
        Assert.Equal(2, first["settings"]!["purifiers"]![0]!["options"]!["timestep"]!.GetValue<int>());
        Assert.Equal(["text_to_image/unet", "text_to_image/vae", "text_to_image/text_encoder", "text_to_image/tokenizer", "text_to_image/scheduler"], first["models"]!.AsObject().Select(m => m.Key));
        Assert.Contains("a dog", Record(sources with { Class = "dog" })["settings"]!["purifiers"]![0]!["options"]!["prompt"]!.GetValue<string>(), StringComparison.Ordinal);
        var weaker = sources with { Settings = PurifierSettings.Smoke with { LatentDiffPure = LatentDiffPureOptions.Smoke with { GuidanceScale = 2 } } };
        Assert.False(JsonNode.DeepEquals(first["settings"], Record(weaker)["settings"]));
        Workbench.Worlds.RandomModelFolder.Write(folder.File("other"), new Seed(2));
        foreach (var part in new[] { "vae", "text_encoder" })
        {
            File.Copy(Weights(folder.File("other", part)), Weights(folder.File("model", part)), overwrite: true);
            var changed = Record(sources);
            Assert.Equal([$"text_to_image/{part}"], changed["models"]!.AsObject().Where(m => !JsonNode.DeepEquals(m.Value, first["models"]![m.Key])).Select(m => m.Key));
            first = changed;
        }

        static string Weights(string part) => Assert.Single(Directory.GetFiles(part, "*.safetensors"));
    }

    [Fact]
    public void The_record_says_what_measured_the_distance_of_impress()
    {
        using var folder = new TemporaryFolder();
        using (var vae = PurifierContractTests.Autoencoder()) vae.SavePretrained(folder.File("vae"));
        folder.WriteText("weights", "clip", "model.safetensors");
        (string? Distance, string Models) Record(string chain, PurifierSources sources)
        {
            var job = Job(folder, chain, ("a.png", 16, 16)) with { Sources = sources with { Autoencoder = folder.File("vae") } };
            var text = JsonNode.Parse(PngText.Read(PurificationFolder.Run(job, new Seed(3))[0])["purification"])!;
            return (text["settings"]!["perceptual_distance"]?.GetValue<string>(), string.Join(' ', text["models"]!.AsObject().Select(m => m.Key)));
        }
        var clip = new PurifierSources { PerceptualDistance = (a, b) => (a - b).abs().mean(), PerceptualName = "ours", PerceptualParts = [new("perceptual", folder.File("clip"))] };
        Assert.Equal(("ours", "vae perceptual"), Record("impress(1)", clip));
        Assert.Equal(("unnamed", "vae"), Record("impress(1)", clip with { PerceptualParts = [] }));
        Assert.Equal(("root mean square", "vae"), Record("impress(1)", clip with { PerceptualDistance = null }));
        Assert.Equal((null, ""), Record("gau", clip));
    }

    [Fact]
    public void A_picture_alone_gives_what_it_gives_among_others()
    {
        using var folder = new TemporaryFolder();
        var job = Job(folder, "tvm", ("a.png", 12, 12), ("b.png", 12, 12));
        var together = PurificationFolder.Run(job, new Seed(3));
        var alone = PurificationFolder.Run(job with { Files = [job.Files[1]], Output = folder.File("alone") }, new Seed(3));
        Assert.True(ImageCodec.Load(together[1]).PixelsEqual(ImageCodec.Load(alone[0])));
    }

    [Fact]
    public void The_oracle_takes_the_clean_picture_of_the_same_name()
    {
        using var folder = new TemporaryFolder();
        var job = Job(folder, "oracle", ("a.png", 12, 12), ("b.png", 9, 9));
        var clean = Path.Combine(folder.Path, "clean");
        Pictures.Gradient(12, 12).SavePng(Path.Combine(clean, "a.png"));
        Pictures.Gradient(9, 9).SavePng(Path.Combine(clean, "b.png"));
        var written = PurificationFolder.Run(job with { CleanFolder = clean }, new Seed(0));
        Assert.True(ImageCodec.Load(written[1]).PixelsEqual(Pictures.Gradient(9, 9)));
        Assert.Equal(Fingerprint.OfFile(Path.Combine(clean, "b.png")), JsonNode.Parse(PngText.Read(written[1])["purification"])!["clean_sha256"]!.GetValue<string>());
    }

    [Fact]
    public void Results_never_replace_their_sources_or_each_other()
    {
        using var folder = new TemporaryFolder();
        var job = Job(folder, "none", ("a.png", 8, 8));
        Assert.Contains("themselves", Assert.Throws<ArgumentException>(() => (job with { Output = Path.GetDirectoryName(job.Files[0])! }).Validate()).Message, StringComparison.Ordinal);
        Assert.Contains("themselves", Assert.Throws<ArgumentException>(() => (job with { Output = Path.GetDirectoryName(job.Files[0])! + "/" }).Validate()).Message, StringComparison.Ordinal);
        Assert.Contains("clean pictures", Assert.Throws<ArgumentException>(() => (job with { CleanFolder = job.Output + "/" }).Validate()).Message, StringComparison.Ordinal);
        Assert.Contains("a.png", Assert.Throws<ArgumentException>(() => (job with { Files = [job.Files[0], folder.File("a.jpg")] }).Validate()).Message, StringComparison.Ordinal);
        Assert.Contains("no picture", Assert.Throws<ArgumentException>(() => (job with { Files = [] }).Validate()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Links_do_not_hide_that_results_would_replace_their_sources()
    {
        using var folder = new TemporaryFolder();
        var job = Job(folder, "none", ("a.png", 8, 8));
        Links.Create(folder.File("linked"), folder.File("in"));
        Links.Create(folder.File("links", "a.png"), job.Files[0]);
        foreach (var wrong in new[] { job with { Output = folder.File("linked") }, job with { Files = [folder.File("links", "a.png")], Output = folder.File("in") } })
            Assert.Contains("themselves", Assert.Throws<ArgumentException>(wrong.Validate).Message, StringComparison.Ordinal);
        (job with { Files = [folder.File("links", "a.png")] }).Validate();
        Links.Create(folder.File("clean", "a.png"), Path.Combine(job.Output, "a.png"));
        Assert.Contains("clean pictures", Assert.Throws<ArgumentException>((job with { CleanFolder = folder.File("clean") }).Validate).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_picture_is_told_before_any_other_is_purified()
    {
        using var folder = new TemporaryFolder();
        var job = Job(folder, "jpeg(40)", ("a.png", 20, 16), ("b.png", 8, 30));
        File.WriteAllBytes(job.Files[1], File.ReadAllBytes(job.Files[1])[..40]);
        Assert.Contains("b.png", Assert.Throws<InvalidDataException>(() => PurificationFolder.Run(job, new Seed(3))).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(job.Output));
    }

    [Fact]
    public void A_run_takes_over_what_a_stopped_one_left_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        var job = Job(folder, "jpeg(40)", ("a.png", 20, 16), ("b.png", 8, 30));
        PurificationFolder.Run(job, new Seed(3));
        // Old times show what is written anew.
        void Age() => Array.ForEach(Directory.GetFiles(job.Output), f => File.SetLastWriteTimeUtc(f, DateTime.UnixEpoch.AddDays(1)));
        bool IsOld(string name) => File.GetLastWriteTimeUtc(Path.Combine(job.Output, name)) < DateTime.UnixEpoch.AddDays(2);
        Age();
        File.WriteAllText(Path.Combine(job.Output, "b.png"), "half a pict");
        PurificationFolder.Run(job, new Seed(3));
        Assert.Equal((true, false), (IsOld("a.png"), IsOld("b.png")));
        Assert.Equal((8, 30), ImageCodec.Load(Path.Combine(job.Output, "b.png")) is var image ? (image.Width, image.Height) : default);
        foreach (var (other, seed) in new[] { (job with { Chain = "jpeg(41)" }, 3UL), (job, 4UL) })
        {
            Age();
            PurificationFolder.Run(other, new Seed(seed));
            Assert.False(IsOld("a.png") || IsOld("b.png"));
        }
        Age();
        Pictures.Noise(20, 16, 99).SavePng(job.Files[0]);
        PurificationFolder.Run(job, new Seed(4));
        Assert.Equal((false, true), (IsOld("a.png"), IsOld("b.png")));
    }

    [Fact]
    public void What_was_done_with_another_configuration_is_done_anew_and_what_is_taken_over_keeps_its_seconds()
    {
        using var folder = new TemporaryFolder();
        Workbench.Worlds.RandomModelFolder.Write(folder.File("model"), new Seed(1));
        PurificationJob Fresh() => Job(folder, "ldiffp(2)", ("a.png", 16, 16)) with { Sources = new PurifierSources { TextToImage = folder.File("model"), Settings = PurifierSettings.Smoke } };
        JsonNode Picture(PurificationJob job) => JsonNode.Parse(File.ReadAllText(Path.Combine(job.Output, PurificationFolder.ManifestName)))!["pictures"]![0]!;
        var job = Fresh();
        PurificationFolder.Run(job, new Seed(3));
        var (first, seconds) = (File.ReadAllBytes(Path.Combine(job.Output, "a.png")), Picture(job)["seconds"]!.GetValue<double>());
        PurificationFolder.Run(Fresh(), new Seed(3));
        Assert.Equal(first, File.ReadAllBytes(Path.Combine(job.Output, "a.png")));
        Assert.Equal(seconds, Picture(job)["seconds"]!.GetValue<double>());
        var schedule = folder.File("model", "scheduler", "scheduler_config.json");
        var config = JsonNode.Parse(File.ReadAllText(schedule))!;
        config["beta_end"] = 0.5;
        File.WriteAllText(schedule, config.ToJsonString());
        PurificationFolder.Run(Fresh(), new Seed(3));
        Assert.NotEqual(first, File.ReadAllBytes(Path.Combine(job.Output, "a.png")));
    }

    [Fact]
    public void A_cancelled_run_keeps_what_it_wrote_and_leaves_no_manifest_not_even_an_older_one()
    {
        using var folder = new TemporaryFolder();
        var job = Job(folder, "none", ("a.png", 8, 8), ("b.png", 8, 8));
        PurificationFolder.Run(job, new Seed(1));
        File.Delete(Path.Combine(job.Output, "b.png"));
        using var source = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => PurificationFolder.Run(job, new Seed(0), new CancelAfterFirst(source), source.Token));
        Assert.True(File.Exists(Path.Combine(job.Output, "a.png")));
        Assert.False(File.Exists(Path.Combine(job.Output, "b.png")));
        Assert.False(File.Exists(Path.Combine(job.Output, PurificationFolder.ManifestName)));
    }

    private static PurificationJob Job(TemporaryFolder folder, string chain, params (string Name, int Width, int Height)[] pictures)
    {
        var input = Path.Combine(folder.Path, "in");
        foreach (var (name, width, height) in pictures) Pictures.Noise(width, height, (ulong)name[0]).SavePng(Path.Combine(input, name));
        return new PurificationJob { Chain = chain, Files = [.. pictures.Select(p => Path.Combine(input, p.Name))], Output = Path.Combine(folder.Path, "out") };
    }

    private sealed class CancelAfterFirst(CancellationTokenSource source) : IProgress<PurificationProgress>
    {
        public void Report(PurificationProgress value) => source.Cancel();
    }
}
