using CsCheck;
using Workbench.Schedulers;
using Workbench.Tensors;
using Workbench.Tests.Goldens;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Schedulers;

public sealed class NoiseScheduleTests
{
    [Theory]
    [InlineData(10, 0.99781)]
    [InlineData(100, 0.89514)]
    [InlineData(149, 0.78832)]
    [InlineData(299, 0.39642)]
    [InlineData(401, 0.19201)]
    public void Linear_schedule_has_the_published_signal(int timestep, double alphaBar) =>
        Assert.Equal(alphaBar, NoiseSchedule.Linear().AlphasCumprod[timestep], 1e-5);

    [Theory]
    [InlineData(0, 0.99915)]
    [InlineData(100, 0.89422)]
    [InlineData(300, 0.59050)]
    [InlineData(500, 0.27633)]
    [InlineData(999, 0.00466)]
    public void Stable_Diffusion_schedule_has_the_published_signal(int timestep, double alphaBar) =>
        Assert.Equal(alphaBar, NoiseSchedule.StableDiffusion().AlphasCumprod[timestep], 1e-5);

    [Fact]
    public void Zero_snr_rescaling_keeps_the_first_timestep_and_empties_the_last()
    {
        var plain = new SchedulerConfig { BetaSchedule = BetaSchedule.ScaledLinear, BetaStart = 0.00085, BetaEnd = 0.012 };
        var rescaled = new NoiseSchedule(plain with { RescaleBetasZeroSnr = true });
        Assert.Equal(new NoiseSchedule(plain).AlphasCumprod[0], rescaled.AlphasCumprod[0], 1e-6);
        Assert.Equal(0, rescaled.AlphasCumprod[^1]);
        Assert.True(rescaled.AlphasCumprod.Zip(rescaled.AlphasCumprod.Skip(1)).All(pair => pair.First > pair.Second));
    }

    [Theory]
    [InlineData(PredictionType.Epsilon)]
    [InlineData(PredictionType.VPrediction)]
    [InlineData(PredictionType.Sample)]
    public void The_target_of_every_prediction_type_leads_back_to_x0_and_to_the_noise(PredictionType type)
    {
        var schedule = NoiseSchedule.StableDiffusion(type);
        Gen.Select(Gen.Int[0, 999], Gen.Int[0, 999], Gen.Int[0, 1_000_000]).Sample((t0, t1, seed) =>
        {
            using var scope = NewDisposeScope();
            using var random = new Seed((ulong)seed).Open();
            Tensor x0 = random.Normal(2, 4, 3, 5).to(float64), noise = random.Normal(2, 4, 3, 5).to(float64), times = tensor([(long)t0, t1]);
            var xt = schedule.AddNoise(x0, noise, times);
            var target = schedule.Target(x0, noise, times);
            GoldenAssert.Close(schedule.PredictX0(target, xt, times), x0, 1e-10, "x0");
            GoldenAssert.Close(schedule.PredictNoise(target, xt, times), noise, 1e-10, "noise");
        }, iter: 20, threads: 1);
    }

    [Fact]
    public void One_timestep_serves_a_whole_batch()
    {
        using var scope = NewDisposeScope();
        Tensor x0 = randn(3, 4, 2, 2), noise = randn_like(x0);
        var schedule = NoiseSchedule.StableDiffusion();
        GoldenAssert.Exact(schedule.AddNoise(x0, noise, tensor([7L])), schedule.AddNoise(x0, noise, tensor([7L, 7, 7])));
    }

    [Fact]
    public void Dtype_is_kept_and_gradients_flow()
    {
        using var scope = NewDisposeScope();
        var schedule = NoiseSchedule.StableDiffusion();
        var half = schedule.AddNoise(ones(1, 4, 2, 2, dtype: bfloat16), zeros(1, 4, 2, 2, dtype: bfloat16), tensor([500L]));
        Assert.Equal(ScalarType.BFloat16, half.dtype);
        var x0 = ones(1, 4, 2, 2, requires_grad: true);
        schedule.AddNoise(x0, zeros_like(x0), tensor([500L])).sum().backward();
        Assert.Equal(Math.Sqrt(schedule.AlphasCumprod[500]), x0.grad!.mean().item<float>(), 1e-6);
    }

    [Fact]
    public void Wrong_timesteps_are_refused()
    {
        using var scope = NewDisposeScope();
        var schedule = NoiseSchedule.StableDiffusion();
        var x = ones(3, 4, 2, 2);
        Assert.Contains("1 or 3", Assert.Throws<ArgumentException>(() => schedule.AddNoise(x, x, tensor([1L, 2]))).Message, StringComparison.Ordinal);
        Assert.Contains("999", Assert.Throws<ArgumentOutOfRangeException>(() => schedule.AddNoise(x, x, tensor([1000L]))).Message, StringComparison.Ordinal);
    }
}
