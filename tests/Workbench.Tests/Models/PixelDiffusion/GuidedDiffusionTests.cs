using TorchSharp;
using Workbench.Models.PixelDiffusion;
using Workbench.Tensors;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Models.PixelDiffusion;

public sealed class GuidedDiffusionTests
{
    [Theory]
    [InlineData(10, 0.99781)]
    [InlineData(100, 0.89514)]
    [InlineData(149, 0.78832)]
    [InlineData(299, 0.39642)]
    [InlineData(401, 0.19201)]
    public void The_linear_schedule_has_its_published_values(int t, double alphaBar) => Assert.Equal(alphaBar, new GuidedDiffusion().AlphaBar(t), 5e-6);

    [Theory]
    [InlineData(5, 20)]
    [InlineData(8, 32)]
    [InlineData(10, 40)]
    [InlineData(16, 64)]
    [InlineData(100, 401)]
    [InlineData(249, 999)]
    public void Respacing_to_250_keeps_these_timesteps(int index, int original)
    {
        GuidedDiffusion chain = new(null, 250), whole = new();
        Assert.Equal((250, original), (chain.Steps, chain.OriginalTimestep(index)));
        Assert.Equal(whole.AlphaBar(original), chain.AlphaBar(index), 1e-12);
    }

    [Fact]
    public void Sections_keep_timesteps_where_they_are_asked_for()
    {
        var early = new GuidedDiffusion(null, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        Assert.Equal([0, 11, 22, 33, 44, 55, 66, 77, 88, 99], Enumerable.Range(0, early.Steps).Select(early.OriginalTimestep));
        var uneven = new GuidedDiffusion(null, 1, 2, 1);
        Assert.Equal([0, 334, 666, 667], Enumerable.Range(0, uneven.Steps).Select(uneven.OriginalTimestep));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GuidedDiffusion(null, 600, 600));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GuidedDiffusion(null, 1, 0));
    }

    [Fact]
    public void A_respaced_chain_is_a_chain_of_its_own()
    {
        var chain = new GuidedDiffusion(null, 40);
        var product = 1.0;
        for (var i = 0; i < chain.Steps; i++)
        {
            product *= 1 - chain.Beta(i);
            Assert.Equal(chain.AlphaBar(i), product, 1e-9);
            // The mean of q(x_{t-1} | x_t, x_0) keeps a clean x_0: √ᾱ_t·x_0 goes to √ᾱ_{t-1}·x_0.
            var (ofX0, ofXt) = chain.PosteriorMean(i);
            Assert.Equal(i == 0 ? 1 : Math.Sqrt(chain.AlphaBar(i - 1)), ofX0 + ofXt * Math.Sqrt(chain.AlphaBar(i)), 1e-9);
        }
    }

    [Fact]
    public void The_learned_variance_runs_between_its_bounds()
    {
        var chain = new GuidedDiffusion();
        using var scope = NewDisposeScope();
        Assert.Equal(chain.PosteriorLogVariance(100), chain.LogVariance(tensor(-1f), 100).item<float>(), 1e-5);
        Assert.Equal(Math.Log(chain.Beta(100)), chain.LogVariance(tensor(1f), 100).item<float>(), 1e-5);
        Assert.Equal(chain.PosteriorLogVariance(1), chain.PosteriorLogVariance(0), 12);
    }

    [Fact]
    public void The_last_step_adds_no_noise_and_returns_the_denoised_picture()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var network = GuidedDiffusionUNetTests.Network();
        var chain = new GuidedDiffusion();
        var x = GuidedDiffusionUNetTests.Noise(1, 16);
        var (mean, _, x0) = chain.PMeanVariance(network, x, 0);
        Assert.True(mean.allclose(x0, 0, 1e-6));
        Assert.True(chain.PSample(network, x, 0, ones_like(x)).equal(mean).all().item<bool>());
        var (later, logVariance, _) = chain.PMeanVariance(network, x, 300);
        Assert.True(chain.PSample(network, x, 300, ones_like(x)).allclose(later + (logVariance / 2).exp(), 1e-5, 1e-6));
    }

    [Fact]
    public void The_loss_is_the_error_plus_the_divergence_of_two_gaussians()
    {
        using var scope = NewDisposeScope();
        var chain = new GuidedDiffusion();
        using var stream = new Seed(5).Open();
        Tensor x0 = stream.Uniform(-1, 1, 1, 3, 4, 4), noise = stream.NormalLike(x0), predicted = noise + stream.NormalLike(x0) * 0.1, place = stream.Uniform(-1, 1, 1, 3, 4, 4);
        const int T = 200;
        var xt = chain.QSample(x0, T, noise);
        var (simple, bound) = GuidedDiffusionLoss.Terms(chain, cat([predicted, place], 1), x0, xt, noise, [T]);
        Assert.Equal((predicted - noise).pow(2).mean().item<float>(), simple[0].item<float>(), 1e-6);
        var (ofX0, ofXt) = chain.PosteriorMean(T);
        Tensor trueMean = x0 * ofX0 + xt * ofXt, mean = chain.PredictX0(xt, T, predicted).clamp(-1, 1) * ofX0 + xt * ofXt;
        var (trueVariance, variance) = (Math.Exp(chain.PosteriorLogVariance(T)), chain.LogVariance(place, T).exp());
        var divergence = (variance / trueVariance).log() * 0.5 + ((trueMean - mean).pow(2) + trueVariance) / (variance * 2) - 0.5;
        Assert.Equal((divergence.mean() / Math.Log(2)).item<float>(), bound[0].item<float>(), 1e-4);
    }

    [Fact]
    public void The_bound_of_the_first_timestep_is_a_probability_of_256_bins_and_does_not_move_the_mean()
    {
        using var scope = NewDisposeScope();
        var levels = arange(256, dtype: ScalarType.Float32) / 127.5 - 1;
        var total = (-GuidedDiffusionLoss.NegativeLogLikelihood(levels, full_like(levels, 0.2), full_like(levels, -4.0))).exp().sum().item<float>();
        Assert.Equal(1, total, 1e-4);
        var chain = new GuidedDiffusion();
        var x = zeros(2, 3, 4, 4);
        var output = zeros(2, 6, 4, 4, requires_grad: true);
        var (_, bound) = GuidedDiffusionLoss.Terms(chain, output, x, x, x, [0, 500]);
        var gradient = autograd.grad([bound.sum()], [output])[0];
        Assert.Equal(0, gradient[.., ..3].abs().max().item<float>());
        Assert.True(gradient[.., 3..].abs().min().item<float>() > 0);
    }
}
