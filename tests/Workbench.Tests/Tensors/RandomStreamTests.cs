using TorchSharp;
using Workbench.Tensors;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Tensors;

/// <summary>They seed and read the process's one generator, which every other test may draw from: they run alone.</summary>
[CollectionDefinition(nameof(RandomStreamTests), DisableParallelization = true)]
[Collection(nameof(RandomStreamTests))]
public sealed class RandomStreamTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Two_streams_of_one_seed_agree_whatever_the_global_seed_is()
    {
        static string Draw(Seed seed)
        {
            using var stream = seed.Open();
            return Fingerprint.Of(new Dictionary<string, Tensor>
            {
                ["normal"] = stream.Normal(2, 3),
                ["uniform"] = stream.Uniform(-1, 1, 5),
                ["integers"] = stream.Integers(0, 1000, 5),
                ["order"] = tensor(stream.Permutation(10)),
                ["one"] = tensor(stream.Integer(0, 1000)),
            });
        }

        manual_seed(1);
        var first = Draw(new Seed(5));
        manual_seed(2);
        Assert.Equal(first, Draw(new Seed(5)));
        Assert.NotEqual(first, Draw(new Seed(6)));
    }

    [Fact]
    public void Draws_leave_the_global_generator_alone()
    {
        manual_seed(3);
        var expected = rand(1).item<float>();
        manual_seed(3);
        using (var stream = new Seed(5).Open()) stream.Normal(100);
        Assert.Equal(expected, rand(1).item<float>());
    }

    [Fact]
    public void Draws_have_the_promised_dtype_range_and_moments()
    {
        using var stream = new Seed(11).Open();
        var normal = stream.Normal(20_000);
        Assert.Equal(ScalarType.Float32, normal.dtype);
        Assert.Equal(0, normal.mean().item<float>(), 0.03);
        Assert.Equal(1, normal.std().item<float>(), 0.03);
        var uniform = stream.Uniform(-2, 6, 20_000);
        Assert.InRange(uniform.min().item<float>(), -2, -1.99);
        Assert.InRange(uniform.max().item<float>(), 5.99, 6);
        var integers = stream.Integers(3, 6, 1000);
        Assert.Equal((3L, 5L, ScalarType.Int64), (integers.min().item<long>(), integers.max().item<long>(), integers.dtype));
        Assert.Equal(Enumerable.Range(0, 50).Select(i => (long)i), stream.Permutation(50).Order());
        Assert.Equal(ScalarType.BFloat16, stream.NormalLike(zeros(2, dtype: bfloat16)).dtype);
    }
}
