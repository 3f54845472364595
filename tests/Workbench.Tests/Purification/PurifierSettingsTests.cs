using System.Text.Json.Nodes;
using Workbench.Purification;
using Workbench.Tensors;
using Workbench.Tests.Models.PixelDiffusion;
using Xunit;

namespace Workbench.Tests.Purification;

public sealed class PurifierSettingsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_mini_world_takes_the_papers_settings_but_for_prompts_and_steps_of_large_models()
    {
        // An upscaler that is a network, as the mini world's is.
        PurifierSources paper = new(), mini = new() { Settings = PurifierSettings.MiniWorld };
        var other = PurifierCatalog.All.Select(e => e.Name).Where(n => !JsonNode.DeepEquals(PurifierCatalog.Settings(n, paper), PurifierCatalog.Settings(n, mini)));
        Assert.Equal(["eldiffp", "ldiffp", "ldmsr"], other);
        Assert.Equal(200, PurifierCatalog.Settings("impress(200)", mini)!["iterations"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("pdiffp", "timestep", 100, 100, 4, 100)]
    [InlineData("pdiffp(7)", "timestep", 7, 7, 7, 7)]
    [InlineData("gridpure", "iterations", 20, 20, 2, 10)]
    [InlineData("ddspure", "levels", 11, 11, 4, 11)]
    [InlineData("impress", "iterations", 3000, 3000, 60, 3000)]
    [InlineData("pdmpure", "purifier.timestep", 55, 55, 11, 55)]
    [InlineData("pdmpure", "upscaling.steps", 50, 10, 2, 50)]
    [InlineData("noisyup", "upscaling.steps", 75, 10, 2, 75)]
    [InlineData("noisyup", "upscaling.noise_level", 320, 120, 320, 320)]
    [InlineData("sr", "upscaling.steps", 75, 10, 2, 75)]
    public void Every_profile_reaches_the_purifiers_that_have_a_preset_for_it(string name, string option, double paper, double mini, double smoke, double released)
    {
        folder.WriteText("{}", "model_index.json"); // what tells a diffusion upscaler from a network
        double Of(PurifierProfile profile)
        {
            var node = PurifierCatalog.Settings(name, new PurifierSources { Upscaler = folder.Path, Settings = PurifierSettings.Of(profile) });
            return option.Split('.').Aggregate(node, (n, key) => n![key])!.GetValue<double>();
        }
        Assert.Equal([paper, mini, smoke, released], new[] { PurifierProfile.Paper, PurifierProfile.MiniWorld, PurifierProfile.Smoke, PurifierProfile.Released }.Select(Of));
    }

    [Theory]
    [InlineData("gau", "compat_pil_blur5")]
    [InlineData("tvm", "compat_interleaved_tv")]
    [InlineData("pdiffp", "chain.compat_u01_diffusion")]
    [InlineData("pdiffp", "chain.compat_skip_last")]
    [InlineData("gridpure", "chain.compat_respaced250")]
    [InlineData("ddspure", "chain.compat_respaced250")]
    public void The_released_codes_oddities_have_a_profile_of_their_own(string name, string option)
    {
        bool Of(PurifierSettings settings) => option.Split('.').Aggregate(PurifierCatalog.Settings(name, new PurifierSources { Settings = settings }), (n, key) => n![key])!.GetValue<bool>();
        Assert.True(Of(PurifierSettings.Released));
        Assert.False(Of(PurifierSettings.Paper) || Of(PurifierSettings.MiniWorld) || Of(PurifierSettings.Smoke));
    }

    [Fact]
    public void A_chain_makes_purifiers_of_the_settings_that_its_sources_name()
    {
        using (var network = GuidedDiffusionUNetTests.Network()) network.SavePretrained(folder.Path);
        IPurifier Make(string name, PurifierSettings settings) => PurifierCatalog.Create(name, new PurifierSources { PixelDiffusion = folder.Path, Settings = settings });
        Assert.Same(GridPure.Smoke, Assert.IsType<GridPure>(Make("gridpure", PurifierSettings.Smoke)).Options);
        Assert.Same(GridPure.Released, Assert.IsType<GridPure>(Make("gridpure", PurifierSettings.Released)).Options);
        Assert.Equal(PixelDiffPure.Smoke with { Timestep = 3 }, Assert.IsType<PixelDiffPure>(Make("pdiffp(3)", PurifierSettings.Smoke)).Options);
        // In the network's range a perturbation is twice as large; the compared code counts it in [0,1], and as steps of its respaced chain.
        int Index(PurifierSettings settings) => Assert.IsType<DdsPure>(Make("ddspure(4)", settings)).Index;
        Assert.Equal((new DdsPureOptions { Levels = 8 }.StepsFor(new()) - 1, 2), (Index(PurifierSettings.Paper), Index(PurifierSettings.Released)));
    }

    [Fact]
    public void A_class_reaches_prompts()
    {
        var sources = new PurifierSources { Class = "dog" };
        Assert.Contains("a dog,", PurifierCatalog.Settings("ldiffp", sources)!["prompt"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Null(PurifierCatalog.Settings("none", sources));
        // CodeFormer knows faces: no network is needed to leave a dog alone.
        Assert.IsType<NonePurifier>(PurifierCatalog.Create("code", sources));
        Assert.Throws<ArgumentException>(() => PurifierCatalog.Create("code", sources with { Class = "face" }));
    }
}
