using TorchSharp;
using Workbench.Personalization;
using Workbench.Tensors;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Tensors;

public sealed class OneDnnTests
{
    [Fact]
    public void Small_convolutions_are_right_in_every_type() => Assert.InRange(OneDnn.Worst(), 0, 0.01);

    [Theory]
    [InlineData(ScalarType.Float32, false, 1e-4)]
    [InlineData(ScalarType.BFloat16, false, 0.05)]
    [InlineData(ScalarType.Float32, true, 1e-4)]
    [InlineData(ScalarType.BFloat16, true, 0.05)]
    public void Convolutions_and_their_gradients_are_those_of_float64_whatever_the_channels(ScalarType type, bool filled, double tolerance)
    {
        using var draws = new Seed(1).Open();
        foreach (var (input, output, kernel) in from i in new[] { 3, 4, 16, 20, 24 } from o in new[] { 3, 8, 16, 20, 32 } from k in new[] { 1, 3 } select (i, o, k))
        {
            using var scope = NewDisposeScope();
            Tensor x = draws.Normal(2, input, 8, 8), weight = draws.Normal(output, input, kernel, kernel), bias = draws.Normal(output);
            var exact = Run(ScalarType.Float64);
            foreach (var (value, expected, what) in Run(type).Zip(exact, ["result", "gradient of the input", "of the weight", "of the bias"]))
            {
                var error = ((value.to(ScalarType.Float64) - expected).abs().max() / expected.abs().max()).item<double>();
                Assert.True(error < tolerance, $"{what} of {input} to {output} channels, kernel {kernel}: off by {error:g2}");
            }

            Tensor[] Run(ScalarType computed)
            {
                // The exact run starts from the rounded numbers, too.
                Tensor Leaf(Tensor t) => t.to(type).to(computed).detach().requires_grad_();
                Tensor[] leaves = [Leaf(x), Leaf(weight), Leaf(bias)];
                // Filled channels are looked at on processors that do not need them, too.
                Func<Tensor, Tensor, Tensor?, long[]?, long[]?, Tensor> convolve = filled && computed == type ? OneDnn.ConvolveFilled : OneDnn.Convolve;
                var y = convolve(leaves[0], leaves[1], leaves[2], null, [kernel / 2, kernel / 2]);
                return [y, .. autograd.grad([y.sum()], leaves)];
            }
        }
    }

    [Fact]
    public void Where_it_is_off_bfloat16_is_wanted_on_graphics_cards_only()
    {
        Assert.Equal(ScalarType.BFloat16, OneDnn.QuickType(new Device(DeviceType.CUDA, 0)));
        Assert.Equal(OneDnn.IsUsed ? ScalarType.BFloat16 : ScalarType.Float32, ComputePrecision.BFloat16.TypeOn(CPU));
        Assert.Equal(ScalarType.Float32, ComputePrecision.Float32.TypeOn(CPU));
    }
}
