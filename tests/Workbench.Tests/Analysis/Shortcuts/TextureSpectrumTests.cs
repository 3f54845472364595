using TorchSharp;
using Workbench.Analysis.Shortcuts;
using Workbench.Imaging;
using Workbench.Tensors;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Analysis.Shortcuts;

public sealed class TextureSpectrumTests
{
    [Fact]
    public void A_wave_has_its_power_in_its_own_ring_whatever_its_direction()
    {
        using var scope = NewDisposeScope();
        foreach (var (across, down) in new[] { (6.0, 0.0), (0.0, 6.0), (3.6, 4.8) })
        {
            var x = arange(32, ScalarType.Float64) / 32 * 2 * Math.PI;
            var profile = TextureSpectrum.MeanProfile((x.unsqueeze(0) * across + x.unsqueeze(1) * down).sin().expand(1, 3, 32, 32));
            Assert.Equal(16, profile.Count);
            Assert.Equal(5, profile.ToList().IndexOf(profile.Max()));
        }
    }

    [Fact]
    public void White_noise_has_a_flat_profile_and_the_same_power_at_every_size_of_batch()
    {
        using var scope = NewDisposeScope();
        using var draws = new Seed(1).Open();
        var profile = TextureSpectrum.MeanProfile(draws.Normal(64, 3, 32, 32));
        // The lowest rings hold few frequencies; from the third on, sampling error is small.
        Assert.InRange(profile.Skip(2).Max() - profile.Skip(2).Min(), 0, 0.15);
    }

    [Fact]
    public void Pictures_that_carry_the_pattern_match_its_signature_and_those_without_do_not()
    {
        using var scope = NewDisposeScope();
        using var draws = new Seed(2).Open();
        var smooth = nn.functional.avg_pool2d(draws.Normal(24, 3, 40, 40), 9, stride: 1L).contiguous();
        var wave = (arange(32, ScalarType.Float32) / 32 * 2 * Math.PI * 9).sin().expand(1, 3, 32, 32);
        using var photos = ImageBatch.FromUnit(0.5 + smooth.narrow(0, 0, 8));
        using var guarded = ImageBatch.FromUnit(0.5 + smooth.narrow(0, 0, 8) + 0.05 * wave);
        using var control = ImageBatch.FromUnit(0.5 + smooth.narrow(0, 8, 8));
        using var carrying = ImageBatch.FromUnit(0.5 + smooth.narrow(0, 16, 8) + 0.05 * wave.roll(3, 3));
        using var without = ImageBatch.FromUnit(0.5 + smooth.narrow(0, 16, 8));
        var signature = TextureSpectrum.Signature(photos, guarded);
        Assert.True(TextureSpectrum.Match(carrying, control, signature).Average() > 0.8);
        Assert.True(Math.Abs(TextureSpectrum.Match(without, control, signature).Average()) < 0.3);
    }

    [Fact]
    public void Pictures_that_are_not_square_are_refused()
    {
        using var flat = zeros(1, 3, 8, 16);
        Assert.Throws<ArgumentException>(() => TextureSpectrum.Profiles(flat));
    }
}
