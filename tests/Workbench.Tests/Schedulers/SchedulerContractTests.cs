using Workbench.Schedulers;
using Workbench.Tensors;
using Workbench.Tests.Goldens;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Schedulers;

/// <summary>What every scheduler owes: a row a scheduler and prediction type.</summary>
public sealed class SchedulerContractTests
{
    public static TheoryData<string, PredictionType> Rows()
    {
        var rows = new TheoryData<string, PredictionType>();
        foreach (var name in SchedulerConfigFile.KnownClasses)
            foreach (var type in Enum.GetValues<PredictionType>()) rows.Add(name, type);
        return rows;
    }

    public static TheoryData<string> Classes() => [.. SchedulerConfigFile.KnownClasses];

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_perfect_network_leads_from_noise_to_x0(string className, PredictionType type)
    {
        using var scope = NewDisposeScope();
        var scheduler = Make(className, type);
        using var random = new Seed(1).Open();
        var x0 = random.Normal(2, 4, 3, 5);
        var result = Denoise(scheduler, x0, random, start: 0, x => GoldenAssert.Close(x, x0, 2e-3, "estimate"));
        GoldenAssert.Close(result, x0, Tolerance(scheduler), "last sample");
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_run_that_starts_in_the_middle_ends_at_x0_too(string className, PredictionType type)
    {
        using var scope = NewDisposeScope();
        var scheduler = Make(className, type);
        foreach (var start in new[] { 1, 4 })
        {
            if (scheduler is PndmScheduler && !scheduler.Config.SkipPrkSteps && start % 4 != 0) continue;
            using var random = new Seed(2).Open();
            var x0 = random.Normal(2, 4, 3, 5);
            GoldenAssert.Close(Denoise(scheduler, x0, random, start), x0, Tolerance(scheduler), $"from step {start}");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Pndm_without_warm_up_can_start_anywhere(int start)
    {
        using var scope = NewDisposeScope();
        using var random = new Seed(4).Open();
        var scheduler = new PndmScheduler(Config("PNDMScheduler", PredictionType.Epsilon) with { SkipPrkSteps = true });
        var x0 = random.Normal(2, 4, 3, 5);
        GoldenAssert.Close(Denoise(scheduler, x0, random, start), x0, Tolerance(scheduler));
    }

    [Theory]
    [MemberData(nameof(Classes))]
    public void A_run_forgets_the_one_before(string className)
    {
        using var scope = NewDisposeScope();
        Tensor Walk(IScheduler scheduler, int steps)
        {
            using var random = new Seed(3).Open();
            var sample = random.Normal(1, 4, 3, 5);
            for (var i = 0; i < steps; i++)
                sample = scheduler.Step(random.Normal(1, 4, 3, 5), i, sample, scheduler.NeedsNoise ? random.Normal(1, 4, 3, 5) : null).PrevSample;
            return sample;
        }
        var scheduler = Make(className, PredictionType.Epsilon);
        scheduler.SetTimesteps(10);
        var first = Walk(scheduler, scheduler.Timesteps.Count);
        GoldenAssert.Exact(Walk(scheduler, scheduler.Timesteps.Count), first, "after a finished run");
        Walk(scheduler, 3);
        scheduler.SetTimesteps(10);
        GoldenAssert.Exact(Walk(scheduler, scheduler.Timesteps.Count), first, "after a broken run");
    }

    [Theory]
    [MemberData(nameof(Classes))]
    public void Too_many_steps_too_few_and_none_at_all_are_refused(string className)
    {
        using var scope = NewDisposeScope();
        var scheduler = Make(className, PredictionType.Epsilon);
        var x = ones(1, 4, 2, 2);
        Assert.Contains("SetTimesteps", Assert.Throws<InvalidOperationException>(() => scheduler.Step(x, 0, x, x)).Message, StringComparison.Ordinal);
        var tooMany = Assert.Throws<ArgumentOutOfRangeException>(() => scheduler.SetTimesteps(1001)).Message;
        Assert.Contains(className, tooMany, StringComparison.Ordinal);
        Assert.Contains("1000 training timesteps", tooMany, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => scheduler.SetTimesteps(0));
        scheduler.SetTimesteps(8);
        Assert.Throws<ArgumentOutOfRangeException>(() => scheduler.Step(x, scheduler.Timesteps.Count, x, x));
        if (scheduler.NeedsNoise) Assert.Contains("noise", Assert.Throws<ArgumentNullException>(() => scheduler.Step(x, 0, x)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Classes))]
    public void Half_precision_goes_in_and_out(string className)
    {
        using var scope = NewDisposeScope();
        var scheduler = Make(className, PredictionType.Epsilon);
        scheduler.SetTimesteps(8);
        var x = ones(1, 4, 2, 2, dtype: bfloat16);
        var (prev, x0) = scheduler.Step(x, 0, x, scheduler.NeedsNoise ? x : null);
        Assert.Equal(ScalarType.BFloat16, prev.dtype);
        Assert.Equal(ScalarType.BFloat16, x0.dtype);
        Assert.Equal(ScalarType.BFloat16, scheduler.ScaleModelInput(x, 0).dtype);
    }

    [Theory]
    [MemberData(nameof(Classes))]
    public void Gradients_flow_through_two_steps(string className)
    {
        using var scope = NewDisposeScope();
        var scheduler = Make(className, PredictionType.Epsilon);
        scheduler.SetTimesteps(8);
        var output = full([1, 4, 2, 2], 0.1, requires_grad: true);
        Tensor x = ones(1, 4, 2, 2), noise = zeros(1, 4, 2, 2);
        for (var i = 0; i < 2; i++) x = scheduler.Step(output, i, x, noise).PrevSample;
        x.sum().backward();
        Assert.True(output.grad!.abs().sum().item<float>() > 0);
    }

    [Theory]
    [MemberData(nameof(Classes))]
    public void What_a_scheduler_remembers_outlives_the_callers_scope(string className)
    {
        var scheduler = Make(className, PredictionType.Epsilon);
        scheduler.SetTimesteps(8);
        using var x = ones(1, 4, 2, 2);
        for (var i = 0; i < scheduler.Timesteps.Count; i++)
        {
            using var scope = NewDisposeScope();
            var step = scheduler.Step(x, i, x, x);
            Assert.False(step.PrevSample.IsInvalid);
        }
        using var again = NewDisposeScope();
        Assert.True(scheduler.Step(x, 0, x, x).PrevSample.isfinite().all().item<bool>());
    }

    [Fact]
    public void A_multistep_scheduler_wants_its_steps_in_order()
    {
        using var scope = NewDisposeScope();
        var scheduler = Make("DPMSolverMultistepScheduler", PredictionType.Epsilon);
        scheduler.SetTimesteps(8);
        var x = ones(1, 4, 2, 2);
        scheduler.Step(x, 0, x);
        Assert.Contains("expected step 1", Assert.Throws<InvalidOperationException>(() => scheduler.Step(x, 3, x)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, false, false, false)]
    [InlineData(false, true, false, false)]
    [InlineData(false, false, true, false)]
    [InlineData(false, false, false, true)]
    public void Chosen_noise_levels_fall_from_the_largest_to_the_smallest(bool karras, bool exponential, bool beta, bool lu)
    {
        var config = Config("DPMSolverMultistepScheduler", PredictionType.Epsilon) with
        {
            UseKarrasSigmas = karras, UseExponentialSigmas = exponential, UseBetaSigmas = beta, UseLuLambdas = lu,
        };
        var scheduler = new DpmSolverMultistepScheduler(config);
        scheduler.SetTimesteps(12);
        Assert.Equal(14.6146, scheduler.Sigmas[0], 1e-3);
        Assert.Equal(0.02917, scheduler.Sigmas[11], 1e-4);
        Assert.Equal(0, scheduler.Sigmas[12]);
        Assert.True(scheduler.Sigmas.Zip(scheduler.Sigmas.Skip(1)).All(pair => pair.First > pair.Second));
    }

    private static Tensor Denoise(IScheduler scheduler, Tensor x0, RandomStream random, int start, Action<Tensor>? onEstimate = null)
    {
        scheduler.SetTimesteps(12);
        var sample = scheduler.AddNoise(x0, random.NormalLike(x0), start);
        for (var i = start; i < scheduler.Timesteps.Count; i++)
        {
            var alphaBar = scheduler.AlphaBar(i);
            // The state as the network sees it holds this noise, if x0 is the truth.
            var seen = scheduler.ScaleModelInput(sample, i);
            var noise = (seen - Math.Sqrt(alphaBar) * x0) / Math.Sqrt(1 - alphaBar);
            var output = scheduler.Config.PredictionType switch
            {
                PredictionType.Epsilon => noise,
                PredictionType.VPrediction => Math.Sqrt(alphaBar) * noise - Math.Sqrt(1 - alphaBar) * x0,
                _ => x0,
            };
            (sample, var estimate) = scheduler.Step(output, i, sample, scheduler.NeedsNoise ? random.NormalLike(x0) : null);
            if (scheduler is not PndmScheduler) onEstimate?.Invoke(estimate);
        }
        return sample;
    }

    /// <summary>PNDM blends the outputs of several timesteps as they are, which is exact for noise only.</summary>
    private static double Tolerance(IScheduler scheduler) =>
        scheduler is PndmScheduler && scheduler.Config.PredictionType == PredictionType.VPrediction ? 0.02 : 2e-3;

    private static SchedulerConfig Config(string className, PredictionType type) => SchedulerConfigFile.DefaultsFor(className) with
    {
        BetaSchedule = BetaSchedule.ScaledLinear, BetaStart = 0.00085, BetaEnd = 0.012, PredictionType = type, ClipSample = false, SetAlphaToOne = true,
    };

    private static IScheduler Make(string className, PredictionType type) => SchedulerFactory.FromConfig(Config(className, type));
}
