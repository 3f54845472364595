using Workbench.Experiments;
using Workbench.Purification;
using Xunit;

namespace Workbench.Tests.Experiments;

public sealed class PurifierChainsTests
{
    [Theory]
    [InlineData("unet", "ldiffp,eldiffp")]
    [InlineData("vae", "impress(20),ldiffp,eldiffp,code-impress")]
    [InlineData("super_resolution", "sr,pdmpure,code-sr")]
    [InlineData("upscaler", "ldmsr,noisyup")]
    [InlineData("pixel_diffusion", "pdiffp,ddspure,gridpure,pdmpure")]
    [InlineData("restoration", "code,code-sr,code-impress")]
    [InlineData("faces", "code,code-sr,code-impress")]
    [InlineData("perceptual", "impress(20),code-impress")]
    public void A_chain_s_fingerprint_follows_the_networks_that_it_reads_and_no_others(string changed, string chains)
    {
        using var folder = new TemporaryFolder();
        foreach (var name in new[] { "unet", "vae", "text_encoder", "super_resolution", "upscaler", "pixel_diffusion", "restoration", "faces" }) Write(name, "one");
        var (before, after) = (All(Weights("one")), All(Weights(changed == "perceptual" ? "two" : "one"), changed));
        Assert.Equal(chains.Split(',').Order(StringComparer.Ordinal), before.Keys.Where(c => before[c] != after[c]).Order(StringComparer.Ordinal));
        Assert.Equal("none", before["jpeg(50)-gau"]);

        void Write(string name, string content)
        {
            Directory.CreateDirectory(folder.File(name));
            File.WriteAllText(Path.Combine(folder.File(name), name == "faces" ? "a.xml" : "a.safetensors"), content);
        }

        PurifierChains Weights(string perceptual) => new(new PurifierSources
        {
            Upscaler = folder.File("super_resolution"), LatentUpscaler = folder.File("upscaler"), Restorer = folder.File("restoration"), Autoencoder = folder.File("vae"), PixelDiffusion = folder.File("pixel_diffusion"),
            TextToImage = folder.Path, FaceCascades = folder.File("faces"), PerceptualDistance = (a, b) => a - b,
        }, () => perceptual);

        Dictionary<string, string> All(PurifierChains known, string? change = null)
        {
            if (change is not null and not "perceptual") Write(change, "two");
            string[] names = [.. PurifierCatalog.All.Select(p => p.Name == "impress" ? "impress(20)" : p.Name), "code-sr", "code-impress", "jpeg(50)-gau"];
            return names.ToDictionary(n => n, known.Weights);
        }
    }

    [Fact]
    public void Settings_of_a_purifier_count_for_it_alone_and_the_papers_do_not_count()
    {
        PurifierChains With(PurifierSettings settings) => new(new PurifierSources { Settings = settings });
        var (paper, mini, released) = (With(PurifierSettings.Paper), With(PurifierSettings.MiniWorld), With(PurifierSettings.Released));
        Assert.NotEqual(paper.Weights("ldiffp"), mini.Weights("ldiffp"));
        Assert.NotEqual(paper.Weights("jpeg-gau"), released.Weights("jpeg-gau"));
        Assert.Equal(paper.Weights("sr"), mini.Weights("sr"));
        Assert.Equal(paper.Weights("ldiffp"), released.Weights("ldiffp"));
        Assert.Equal(("none", "none"), (paper.Weights("ldiffp"), mini.Weights("gridpure-ddspure-pdiffp-impress(200)-code-sr")));
    }

    [Fact]
    public void A_distance_is_known_by_its_name_and_files_where_nothing_else_names_it()
    {
        using var folder = new TemporaryFolder();
        string Weights(string chain, string content, string name = "LPIPS (VGG)")
        {
            folder.WriteText(content, "vgg.pth");
            return new PurifierChains(new PurifierSources { PerceptualDistance = (a, b) => a - b, PerceptualName = name, PerceptualParts = [new("perceptual_trunk", folder.File("vgg.pth"))] }).Weights(chain);
        }
        var first = Weights("impress(9)", "one");
        Assert.Equal(first, Weights("impress(9)", "one"));
        Assert.NotEqual(first, Weights("impress(9)", "two"));
        Assert.NotEqual(first, Weights("impress(9)", "one", "another"));
        Assert.Equal("none", Weights("jpeg", "one"));
    }

    [Fact]
    public void Fingerprints_of_the_mini_world_are_those_under_which_results_are_stored()
    {
        var stored = new PurifierChains(new PurifierSources { Settings = PurifierSettings.MiniWorld }).Weights("ldiffp");
        var text = "LatentDiffPureOptions { Timestep = 300, Steps = 50, Prompt = a photo of a person, clear, high resolution, high quality, NegativePrompt = , GuidanceScale = 4 }";
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)))[..16], stored);
    }
}
