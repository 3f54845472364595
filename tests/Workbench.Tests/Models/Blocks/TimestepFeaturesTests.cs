using System.Text.Json;
using Workbench.Models.Blocks;
using Workbench.Tests.Goldens;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Models.Blocks;

public sealed class TimestepFeaturesTests
{
    [Theory]
    [MemberData(nameof(GoldenCase.All), "timestep_embedding", MemberType = typeof(GoldenCase))]
    public void Equal_the_reference(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        using var config = JsonDocument.Parse(File.ReadAllText(golden.File("config.json")));
        var index = 0;
        foreach (var c in config.RootElement.GetProperty("cases").EnumerateArray())
        {
            var features = TimestepFeatures.Compute(
                golden.Io["timesteps"], c.GetProperty("embedding_dim").GetInt64(), c.GetProperty("flip_sin_to_cos").GetBoolean(),
                c.GetProperty("downscale_freq_shift").GetDouble(), c.GetProperty("scale").GetDouble(), c.GetProperty("max_period").GetDouble());
            GoldenAssert.CloseAbsolute(features, golden.Io[$"embedding.{index}"], 2e-4, $"case {index}");
            index++;
        }
        Assert.True(index > 0);
    }
}
