using System.Runtime.InteropServices;
using TorchSharp;
using Workbench.Models.SuperResolution;
using Workbench.Purification;
using Workbench.Tensors;
using Workbench.Tests.Models.PixelDiffusion;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Purification;

/// <summary>Networks go to the device that the sources name; torch's "meta", which holds shapes only, stands for one that this machine lacks.</summary>
public sealed class PurifierDeviceTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("pdiffp(2)")]
    [InlineData("gridpure(1)")]
    [InlineData("ddspure")]
    [InlineData("impress(1)")]
    [InlineData("code")]
    [InlineData("sr")]
    [InlineData("noisyup")]
    [InlineData("pdmpure")]
    [InlineData("ldiffp(2)")]
    [InlineData("eldiffp(2)")]
    public void A_purifier_computes_on_the_device_of_its_sources(string name)
    {
        using (var network = GuidedDiffusionUNetTests.Network()) network.SavePretrained(folder.File("pixel_diffusion"));
        using (var vae = PurifierContractTests.Autoencoder()) vae.SavePretrained(folder.File("autoencoder"));
        using (var restorer = PurifierContractTests.Restorer()) restorer.SavePretrained(folder.File("restoration"));
        using (var upscaler = new RrdbNet(new RrdbNetConfig { Scale = 2, NumFeat = 8, NumBlock = 1, NumGrowCh = 4 })) upscaler.SavePretrained(folder.File("super_resolution"));
        if (name.Contains("ldiffp", StringComparison.Ordinal)) Workbench.Worlds.RandomModelFolder.Write(folder.File("model"), new Seed(1));
        var sources = new PurifierSources
        {
            PixelDiffusion = folder.File("pixel_diffusion"), Autoencoder = folder.File("autoencoder"), Restorer = folder.File("restoration"),
            Upscaler = folder.File("super_resolution"), TextToImage = folder.File("model"), Settings = PurifierSettings.Smoke,
        };
        using var images = PurifierContractTests.Batch(1, 16, 16);
        PurifierCatalog.Create(name, sources).Purify(images, new Seed(1)).Dispose();
        // Where nothing can be computed, torch itself refuses.
        var elsewhere = PurifierCatalog.Create(name, sources with { Device = new Device(DeviceType.META) });
        Assert.Throws<ExternalException>(() => elsewhere.Purify(images, new Seed(1)));
    }
}
