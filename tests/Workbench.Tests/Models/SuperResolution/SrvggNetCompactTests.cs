using TorchSharp;
using Workbench.Models.SuperResolution;
using Workbench.Tests.Goldens;
using Workbench.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Models.SuperResolution;

public sealed class SrvggNetCompactTests
{
    [Theory]
    [MemberData(nameof(GoldenCase.All), "srvgg_", MemberType = typeof(GoldenCase))]
    public void Output_equals_the_reference(GoldenCase golden)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var net = new SrvggNetCompact(golden.Json<SrvggNetCompactConfig>("config.json"));
        StateDict.LoadInto(net, golden.Weights);
        var error = GoldenAssert.Close(net.call(golden.Io["input"]), golden.Io["output"], 1e-4, "output");
        TestContext.Current.SendDiagnosticMessage($"{golden.Name}: error {error:g3}");
    }

    [Fact]
    public void An_unknown_activation_is_refused_by_name() => Assert.Contains("'gelu'", Assert.Throws<InvalidDataException>(
        () => new SrvggNetCompact(new SrvggNetCompactConfig { ActType = "gelu" })).Message, StringComparison.Ordinal);
}
