using TorchSharp;
using Workbench.Models.UNet;
using Workbench.Models.Vae;
using Workbench.Tests.Goldens;
using Workbench.Weights;
using Xunit;

namespace Workbench.Tests.Models;

public sealed class DiffusionKeysTests
{
    [Theory]
    [MemberData(nameof(GoldenCase.All), "unet_|vae_", MemberType = typeof(GoldenCase))]
    public void Modules_have_exactly_the_keys_of_published_weights_once(GoldenCase golden)
    {
        using var scope = torch.NewDisposeScope();
        torch.nn.Module module = golden.Name.StartsWith("unet_", StringComparison.Ordinal)
            ? new UNet2DConditionModel(golden.Json<UNet2DConditionConfig>("config.json"))
            : new AutoencoderKL(golden.Json<AutoencoderKLConfig>("config.json"));
        StateDict.LoadInto(module, golden.Weights, LoadOptions.Vae);
        Assert.Equal(module.parameters().Count(), module.parameters().Select(p => p.Handle).Distinct().Count());
    }
}
