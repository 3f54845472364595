using TorchSharp;
using Workbench.Imaging;
using Workbench.Models.PixelDiffusion;
using Workbench.Purification;
using Workbench.Tensors;
using Workbench.Tests.Imaging;
using Workbench.Tests.Models.PixelDiffusion;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Purification;

public sealed class PixelPurifierTests
{
    internal static readonly WindowedDiffusionOptions Quick = new() { Timestep = 3 };

    [Theory]
    [InlineData(512, 256, 128, 9)]
    [InlineData(64, 64, 32, 1)]
    [InlineData(600, 256, 128, 16)]
    [InlineData(64, 32, 16, 9)]
    public void A_picture_is_covered_by_these_windows(int side, int window, int stride, int count)
    {
        var starts = PictureWindows.Starts(side, window, stride);
        Assert.Equal(count, starts.Count * starts.Count);
        Assert.Equal((0, side - window), (starts[0], starts[^1]));
        Assert.All(starts.Zip(starts.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, 1, stride));
    }

    [Theory]
    [InlineData(false, 9)]
    [InlineData(true, 10)]
    public void Windows_that_change_nothing_give_the_picture_back(bool corners, int calls)
    {
        using var scope = NewDisposeScope();
        var picture = GuidedDiffusionUNetTests.Noise(1, 64);
        var numbers = new List<int>();
        var average = PictureWindows.Average(picture, 32, 16, corners, (number, part) =>
        {
            Assert.Equal([1, 3, 32, 32], part.shape);
            numbers.Add(number);
            return part;
        });
        Assert.True(average.allclose(picture, 0, 1e-6));
        Assert.Equal(Enumerable.Range(0, calls), numbers);
    }

    [Fact]
    public void The_corner_tile_holds_the_four_corners()
    {
        using var scope = NewDisposeScope();
        var picture = GuidedDiffusionUNetTests.Noise(1, 64);
        var seen = 0;
        PictureWindows.Average(picture, 32, 16, corners: true, (number, part) =>
        {
            if (number == 9)
            {
                seen++;
                Assert.True(part[.., .., ..16, ..16].equal(picture[.., .., ..16, ..16]).all().item<bool>());
                Assert.True(part[.., .., 16.., 16..].equal(picture[.., .., 48.., 48..]).all().item<bool>());
                Assert.True(part[.., .., 16.., ..16].equal(picture[.., .., 48.., ..16]).all().item<bool>());
                Assert.True(part[.., .., ..16, 16..].equal(picture[.., .., ..16, 48..]).all().item<bool>());
            }
            return part;
        });
        Assert.Equal(1, seen);
    }

    [Theory]
    [InlineData(1.0, 3)]
    [InlineData(0.1, 0)]
    public void With_gamma_1_or_at_timestep_0_nothing_changes(double gamma, int timestep)
    {
        using var network = GuidedDiffusionUNetTests.Network();
        using var images = Batch(2, 16);
        using var result = new GridPure(network, GridPure.Paper with { Gamma = gamma, Timestep = timestep, Iterations = 3 }).Purify(images, new Seed(1));
        Assert.True(result.Unit.allclose(images.Unit, 0, 1e-6));
    }

    [Fact]
    public void Every_pass_and_window_draws_new_noise_and_gamma_mixes_the_picture_before_in()
    {
        using var network = GuidedDiffusionUNetTests.Network();
        using var images = Batch(1, 16);
        ImageBatch Run(int passes, double gamma) =>
            new GridPure(network, Quick with { Iterations = passes, Gamma = gamma, WindowShare = 0.5 }).Purify(images, new Seed(1));
        using ImageBatch whole = Run(1, 0), half = Run(1, 0.5), twice = Run(2, 0);
        using var scope = NewDisposeScope();
        // Values outside [0,1] are clipped before they can be compared.
        var inside = (whole.Unit > 0.01).logical_and(whole.Unit < 0.99);
        Assert.True(((half.Unit - (whole.Unit + images.Unit) / 2) * inside).abs().max().item<float>() < 1e-5);
        var chain = new PixelChain(network, Quick.Chain);
        Tensor Pass(Tensor x, Func<int, Seed> seedOf) => PictureWindows.Average(x, 8, 4, Quick.Corners, (number, part) => chain.Purify(part, Quick.Timestep, [seedOf(number)], default));
        Tensor Passes(Func<int, int, Seed> seedOf) => Pass(Pass(images.Unit, n => seedOf(0, n)), n => seedOf(1, n)).clamp(0, 1);
        double Distance(Func<int, int, Seed> seedOf) => (twice.Unit - Passes(seedOf)).abs().max().item<float>();
        var own = new Seed(1).For(0);
        Assert.True(Distance((pass, number) => own.For(pass).For(number)) < 1e-5);
        Assert.True(Distance((_, number) => own.For(0).For(number)) > 1e-3);
        Assert.True(Distance((pass, _) => own.For(pass).For(0)) > 1e-3);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Only_windows_cut_to_8_bits_forget_what_lies_between_two_levels(bool cuts)
    {
        using var network = GuidedDiffusionUNetTests.Network();
        var purifier = new GridPure(network, Quick with { Gamma = 0, Quantize = false, QuantizeWindows = cuts });
        using ImageBatch low = Plain((128 + 0.1) / 255), high = Plain((128 + 0.4) / 255), a = purifier.Purify(low, new Seed(1)), b = purifier.Purify(high, new Seed(1));
        Assert.Equal(cuts, a.Unit.equal(b.Unit).all().item<bool>());
        static ImageBatch Plain(double value) => ImageBatch.FromUnit(full([1, 3, 16, 16], value));
    }

    [Fact]
    public void Windows_are_the_networks_size_at_most_and_half_the_picture_for_gridpure()
    {
        using var network = GuidedDiffusionUNetTests.Network(GuidedDiffusionUNetTests.Tiny with { ImageSize = 64, AttentionResolutions = [32] });
        Assert.Equal(64, new PixelDiffPure(network, PixelDiffPure.Smoke).WindowFor(512, 600));
        Assert.Equal(64, new PixelDiffPure(network, PixelDiffPure.Smoke).WindowFor(64, 64));
        Assert.Equal(32, new GridPure(network, GridPure.Smoke).WindowFor(64, 64));
        Assert.Equal(64, new GridPure(network, GridPure.Smoke).WindowFor(512, 512));
    }

    [Theory]
    [InlineData(4, 2)]
    [InlineData(8, 6)]
    [InlineData(11, 10)]
    [InlineData(16, 16)]
    public void Ddspure_takes_a_perturbation_for_this_many_noising_steps(double levels, int steps) =>
        Assert.Equal(steps, new DdsPureOptions { Levels = levels }.StepsFor(new GuidedDiffusion()));

    [Fact]
    public void The_compared_code_reads_the_number_of_steps_as_an_index_of_a_respaced_chain()
    {
        using var network = GuidedDiffusionUNetTests.Network();
        Assert.Equal(9, new DdsPure(network, new DdsPureOptions()).Index);
        Assert.Equal(10, new DdsPure(network, DdsPureOptions.Released).Index);
        Assert.True(DdsPureOptions.Paper.StepsFor(new GuidedDiffusion()) > 20);
    }

    [Fact]
    public void Each_compatibility_switch_changes_the_result()
    {
        using var network = GuidedDiffusionUNetTests.Network();
        using var images = Batch(1, 16);
        ImageBatch Run(PixelChainOptions chain) => new PixelDiffPure(network, Quick with { Chain = chain }).Purify(images, new Seed(1));
        using ImageBatch plain = Run(PixelChainOptions.Default), range = Run(new() { CompatU01Diffusion = true }),
            respaced = Run(new() { CompatRespaced250 = true }), early = Run(new() { CompatSkipLast = true });
        foreach (var other in new[] { range, respaced, early }) Assert.True(TensorScope.Value(() => (other.Unit - plain.Unit).abs().mean().item<float>()) > 1e-4);
    }

    [Fact]
    public void A_denoiser_that_knows_the_picture_removes_the_noise_entirely()
    {
        // A network whose output is its input predicts ε = x_t: then x_0 = x_t·(1 − √(1−ᾱ))/√ᾱ at every step, a walk that can be done by hand.
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var network = GuidedDiffusionUNetTests.Network();
        foreach (var parameter in network.parameters()) parameter.zero_();
        var chain = new GuidedDiffusion();
        using var images = Batch(1, 16);
        using var result = new PixelDiffPure(network, Quick).Purify(images, new Seed(1));
        using var stream = new Seed(1).For(0).For(0).For(0).Open();
        var x = chain.QSample(images.Unit * 2 - 1, 3, stream.NormalLike(images.Unit));
        for (var i = 3; i >= 0; i--)
        {
            var (ofX0, ofXt) = chain.PosteriorMean(i);
            var mean = (x / Math.Sqrt(chain.AlphaBar(i))).clamp(-1, 1) * ofX0 + x * ofXt;
            var noise = stream.NormalLike(x);
            // A zero for the variance lies in the middle between its bounds.
            x = i == 0 ? mean : mean + noise * Math.Exp((chain.PosteriorLogVariance(i) + Math.Log(chain.Beta(i))) / 4);
        }
        Assert.True(result.Unit.allclose(((x + 1) / 2).clamp(0, 1), 0, 1e-5));
    }

    [Fact]
    public void Pdmpure_starts_at_the_kept_timestep_nearest_to_the_wanted_one()
    {
        using var network = GuidedDiffusionUNetTests.Network();
        Assert.Equal(55, new PdmPure(network, new NonePurifier()).Timestep);
        Assert.Equal(99, new PdmPure(network, new NonePurifier(), PdmPureOptions.Paper with { Timestep = 500 }).Timestep);
    }

    [Fact]
    public void Wrong_options_say_what_is_wrong()
    {
        using var network = GuidedDiffusionUNetTests.Network();
        string Message(Func<object> make) => Assert.Throws<ArgumentException>(make).Message;
        Assert.Contains("timestep is 1000", Message(() => new PixelDiffPure(network, PixelDiffPure.Paper with { Timestep = 1000 })), StringComparison.Ordinal);
        Assert.Contains("expected 0 to 249", Message(() => new PixelDiffPure(network, PixelDiffPure.Released with { Timestep = 250 })), StringComparison.Ordinal);
        Assert.Contains("gamma is 2", Message(() => new GridPure(network, GridPure.Paper with { Gamma = 2 })), StringComparison.Ordinal);
        Assert.Contains("perturbation is 0/255", Message(() => new DdsPure(network, DdsPureOptions.Paper with { Levels = 0 })), StringComparison.Ordinal);
        Assert.Contains("sigma is -1", Message(() => new NoisyUpscaling(new NonePurifier(), new NoisyUpscalingOptions { Sigma = -1 })), StringComparison.Ordinal);
        Assert.Contains("does not fit", Message(() => PictureWindows.Starts(16, 32, 8)), StringComparison.Ordinal);
    }

    private static ImageBatch Batch(int count, int side) => ImageBatch.FromImages(Enumerable.Range(0, count).Select(i => Pictures.Noise(side, side, (ulong)i)));
}
