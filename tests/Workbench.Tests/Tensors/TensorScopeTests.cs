using TorchSharp;
using Workbench.Tensors;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Tensors;

public sealed class TensorScopeTests
{
    [Fact]
    public void Run_frees_what_it_made_and_hands_out_the_result()
    {
        var statistics = DisposeScopeManager.Statistics;
        statistics.Reset();
        Tensor? inner = null;
        using (var outer = NewDisposeScope())
        {
            var result = TensorScope.Run(() => (inner = ones(3)) * 2 + 1);
            Assert.True(inner!.IsInvalid);
            Assert.Equal([3f, 3f, 3f], result.data<float>().ToArray());
        }
        Assert.Equal(0, statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void A_chain_frees_what_lies_between_its_ends_and_lets_gradients_pass()
    {
        using var outer = NewDisposeScope();
        var input = tensor(new[] { 1f, 2f }).requires_grad_();
        var between = new List<Tensor>();
        Tensor Keep(Tensor x)
        {
            between.Add(x);
            return x;
        }
        var result = TensorScope.Chain(input, [x => Keep(x * x), x => Keep(x + 1), x => x * x]);
        Assert.All(between, x => Assert.True(x.IsInvalid));
        Assert.Equal([4f, 25f], result.data<float>().ToArray());
        Assert.Equal([8f, 40f], autograd.grad([result.sum()], [input])[0].data<float>().ToArray());
        Assert.Same(input, TensorScope.Chain(input, []));
        Assert.False(input.IsInvalid);
    }

    [Fact]
    public void Value_and_Loop_leave_no_tensor_behind()
    {
        var statistics = DisposeScopeManager.Statistics;
        statistics.Reset();
        Assert.Equal(4, TensorScope.Value(() => (ones(2) + ones(2)).sum().item<float>()));
        var steps = new List<int>();
        TensorScope.Loop(3, i =>
        {
            var unused = ones(10) * i + 1;
            steps.Add(i);
        }, TestContext.Current.CancellationToken);
        Assert.Equal([0, 1, 2], steps);
        Assert.Equal(0, statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void The_statistics_see_a_leak()
    {
        // Guards the three other tests: a tensor that nobody frees must show.
        var statistics = DisposeScopeManager.Statistics;
        statistics.Reset();
        var leaked = ones(2);
        Assert.Equal(1, statistics.ThreadTotalLiveCount);
        leaked.Dispose();
    }

    [Fact]
    public void A_failing_body_frees_its_tensors_too()
    {
        var statistics = DisposeScopeManager.Statistics;
        statistics.Reset();
        Assert.Throws<InvalidOperationException>(() => TensorScope.Run(() =>
        {
            var unused = ones(2) + 1;
            throw new InvalidOperationException();
        }));
        Assert.Equal(0, statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Inference_records_no_gradient_and_restores_the_mode()
    {
        using var outer = NewDisposeScope();
        var weight = ones(2, requires_grad: true);
        Assert.False(TensorScope.Inference(() => weight * 2).requires_grad);
        Assert.True((weight * 2).requires_grad);
    }

    [Fact]
    public void Loop_stops_between_steps_when_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        var steps = 0;
        Assert.Throws<OperationCanceledException>(() => TensorScope.Loop(
            10,
            i =>
            {
                steps++;
                if (i == 2) cancel.Cancel();
            },
            cancel.Token));
        Assert.Equal(3, steps);
    }
}
