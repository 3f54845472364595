using TorchSharp;
using Workbench.Personalization;
using Workbench.Tests.Goldens;
using Xunit;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Workbench.Tests.Personalization;

public sealed class AdamWTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Moments_are_held_from_the_first_step_to_the_next_reset()
    {
        var (parameter, optimizer) = Create();
        using var owned = optimizer;
        Assert.Equal(["weight.w"], optimizer.State().Keys);
        Step(parameter, optimizer, 1);
        Assert.Equal(["weight.w", "exp_avg.w", "exp_avg_sq.w"], optimizer.State().Keys);
        var moments = optimizer.State()["exp_avg.w"];
        optimizer.Reset();
        Assert.Equal((0, true), (optimizer.StepCount, moments.IsInvalid));
        Assert.Equal(["weight.w"], optimizer.State().Keys);
    }

    [Fact]
    public void Taking_over_weights_frees_the_moments()
    {
        var (parameter, optimizer) = Create();
        var (_, other) = Create();
        using AdamW owned = optimizer, alsoOwned = other;
        Step(parameter, optimizer, 1);
        optimizer.CopyWeights(other);
        Assert.Equal(["weight.w"], optimizer.State().Keys);
        GoldenAssert.Exact(parameter, other.State()["weight.w"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_restored_state_goes_on_exactly_with_or_without_moments(int stepsBefore)
    {
        var (parameter, optimizer) = Create();
        var (again, resumed) = Create();
        using AdamW owned = optimizer, alsoOwned = resumed;
        for (var i = 0; i < stepsBefore; i++) Step(parameter, optimizer, i);
        var saved = optimizer.State().ToDictionary(p => p.Key, p => p.Value.detach().clone(), StringComparer.Ordinal);
        // What the second optimiser did before must not show.
        Step(again, resumed, 7);
        resumed.Restore(saved.GetValueOrDefault, stepsBefore);
        Assert.Equal(saved.Keys, resumed.State().Keys);
        for (var i = 0; i < 3; i++)
        {
            Step(parameter, optimizer, 10 + i);
            Step(again, resumed, 10 + i);
        }
        GoldenAssert.Exact(again, parameter);
    }

    [Fact]
    public void Moments_that_are_stored_as_zeros_are_none()
    {
        // As checkpoints before the first step hold them that were written while moments were made at once.
        var (parameter, optimizer) = Create();
        var (again, resumed) = Create();
        using AdamW owned = optimizer, alsoOwned = resumed;
        var saved = new Dictionary<string, Tensor> { ["weight.w"] = parameter.detach().clone(), ["exp_avg.w"] = zeros(5), ["exp_avg_sq.w"] = zeros(5) };
        resumed.Restore(key => saved[key], 0);
        Step(parameter, optimizer, 1);
        Step(again, resumed, 1);
        GoldenAssert.Exact(again, parameter);
    }

    [Fact]
    public void A_state_without_a_weight_or_with_one_moment_is_refused_by_name()
    {
        var (_, optimizer) = Create();
        using var owned = optimizer;
        Assert.Contains("no weight of w", Assert.Throws<ArgumentException>(() => optimizer.Restore(_ => null, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("moment of w", Assert.Throws<ArgumentException>(() => optimizer.Restore(key => key == "exp_avg_sq.w" ? null : zeros(5), 1)).Message, StringComparison.Ordinal);
    }

    private static (Parameter Parameter, AdamW Optimizer) Create()
    {
        var parameter = new Parameter(arange(5, ScalarType.Float32) / 5);
        return (parameter, new AdamW([("w", parameter)], new AdamWOptions { LearningRate = 0.1, MaxGradNorm = 1 }));
    }

    private static void Step(Parameter parameter, AdamW optimizer, int seed)
    {
        using var draws = new Workbench.Tensors.Seed((ulong)seed).Open();
        parameter.grad = draws.Normal(5);
        optimizer.Step();
        optimizer.ZeroGrad();
    }
}
