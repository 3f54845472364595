using TorchSharp;
using Workbench.Purification;
using Workbench.Tensors;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Purification;

/// <summary>An attacker's view of purifiers: exact forwards, with a gradient backwards.</summary>
public sealed class GradientPathTests
{
    [Theory]
    [MemberData(nameof(PurifierContractTests.Chains), MemberType = typeof(PurifierContractTests))]
    public void Forwards_it_is_the_purifier_and_backwards_a_gradient_reaches_the_pixels(string chain)
    {
        using var scope = NewDisposeScope();
        using var images = PurifierContractTests.Batch(2, 18, 20);
        var purifier = PurifierContractTests.Make(chain);
        using var expected = purifier.Purify(images, new Seed(3));
        var pixels = images.Unit.clone().requires_grad_();
        var through = GradientPath.Through(purifier, pixels, new Seed(3));
        Assert.True((through - expected.Unit).abs().max().item<float>() < 2e-5, $"{chain} differs by {(through - expected.Unit).abs().max().item<float>():g2}");
        var gradient = autograd.grad([through.square().sum()], [pixels])[0];
        Assert.True(gradient.isfinite().all().item<bool>());
        Assert.All(Enumerable.Range(0, 2), i => Assert.True(gradient[i].abs().sum().item<float>() > 1e-6));
    }

    [Theory]
    [InlineData("gau(1)")]
    [InlineData("sr-x2")]
    public void Where_the_purifier_is_smooth_the_gradient_foretells_its_change(string chain)
    {
        using var scope = NewDisposeScope();
        using var images = PurifierContractTests.Batch(1, 16, 16);
        using var draws = new Seed(4).Open();
        var purifier = PurifierContractTests.Make(chain);
        var weights = draws.Normal(1, 3, 16, 16);
        Tensor Loss(Tensor x) => (GradientPath.Through(purifier, x, new Seed(1)) * weights).sum();
        var pixels = (images.Unit * 0.8 + 0.1).requires_grad_();
        var gradient = autograd.grad([Loss(pixels)], [pixels])[0];
        // A step of eight levels along the sign of the gradient: 8-bit rounding inside is small beside it.
        var step = gradient.sign() * (8 / 255.0);
        var foretold = (gradient * step).sum().item<float>();
        var found = (Loss(pixels.detach() + step) - Loss(pixels)).item<float>();
        Assert.InRange(found / foretold, 0.6, 1.4);
    }

    [Fact]
    public void Through_a_diffusion_upscaler_detail_that_shrinking_takes_away_gets_no_gradient()
    {
        using var scope = NewDisposeScope();
        using var images = PurifierContractTests.Batch(1, 16, 16);
        Tensor along = arange(16), fine = ((along.view(-1, 1) + along) % 2) * 2 - 1, coarse = ones(16, 16);
        float Largest(Tensor wanted)
        {
            var pixels = images.Unit.clone().requires_grad_();
            return autograd.grad([(GradientPath.Through(PurifierContractTests.Make(PurifierContractTests.DiffusionUpscaler), pixels, new Seed(1)) * wanted).sum()], [pixels])[0].abs().max().item<float>();
        }
        // As the identity both would be 1.
        Assert.InRange(Largest(fine), 0, 0.1);
        Assert.InRange(Largest(coarse), 0.9, 1.5);
    }

    [Fact]
    public void Without_gradients_of_its_own_a_purifier_is_passed_as_the_identity()
    {
        using var scope = NewDisposeScope();
        using var images = PurifierContractTests.Batch(1, 12, 12);
        var pixels = images.Unit.clone().requires_grad_();
        var gradient = autograd.grad([(GradientPath.Through(PurifierContractTests.Make("tvm"), pixels, new Seed(1)) * 3).sum()], [pixels])[0];
        Assert.True(gradient.eq(3).all().item<bool>());
    }
}
