using TorchSharp;
using Workbench.Models.Vae;
using Workbench.Tests.Goldens;
using Workbench.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Models.Vae;

public sealed class AutoencoderKLTests
{
    private const double Tolerance = 1e-4;

    [Theory]
    [MemberData(nameof(GoldenCase.All), "vae_", MemberType = typeof(GoldenCase))]
    public void Encodes_and_decodes_as_the_reference(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var vae = new AutoencoderKL(golden.Json<AutoencoderKLConfig>("config.json"));
        StateDict.LoadInto(vae, golden.Weights, LoadOptions.Vae);
        var posterior = vae.Encode(golden.Io["pixels"]);
        GoldenAssert.Close(posterior.Mode, golden.Io["mode"], Tolerance, "mode");
        GoldenAssert.Close(posterior.LogVar, golden.Io["logvar"], Tolerance, "logvar");
        GoldenAssert.Close(posterior.Std, golden.Io["std"], Tolerance, "std");
        GoldenAssert.Close(posterior.Sample(golden.Io["eps"]), golden.Io["sample"], Tolerance, "sample");
        GoldenAssert.Close(posterior.KullbackLeibler(), golden.Io["kl"], Tolerance, "kl");
        GoldenAssert.Close(vae.Decode(golden.Io["z"]), golden.Io["decode"], Tolerance, "decode");
        GoldenAssert.Close(vae.forward(golden.Io["pixels"]), golden.Io["reconstruction"], Tolerance, "reconstruction");
    }

    [Theory]
    [InlineData("_class_name", "VQModel")]
    [InlineData("act_fn", "mish")]
    [InlineData("down_block_types", "AttnDownEncoderBlock2D")]
    public void An_unknown_option_is_refused_by_name(string field, string value)
    {
        var config = new AutoencoderKLConfig();
        config = field switch
        {
            "_class_name" => config with { ClassName = value },
            "act_fn" => config with { ActFn = value },
            _ => config with { DownBlockTypes = [value] },
        };
        var error = Assert.Throws<NotSupportedException>(() => new AutoencoderKL(config));
        Assert.Contains(field, error.Message);
        Assert.Contains(value, error.Message);
    }

    [Fact]
    public void Saves_a_folder_that_loads_to_the_same_weights()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        var config = new AutoencoderKLConfig { BlockOutChannels = [16], NormNumGroups = 4, ScalingFactor = 0.37 };
        using var saved = new AutoencoderKL(config);
        saved.SavePretrained(folder.Path);
        using var loaded = AutoencoderKL.FromPretrained(folder.Path);
        Assert.Equal(0.37, loaded.Config.ScalingFactor);
        Assert.All(saved.parameters().Zip(loaded.parameters()), pair => Assert.True(pair.First.equal(pair.Second).all().item<bool>()));
    }
}
