using TorchSharp;
using static TorchSharp.torch;

namespace Workbench.Tensors;

/// <summary>A reproducible stream of random tensors, drawn on the CPU in float32 so that CPU and GPU runs agree.</summary>
public sealed class RandomStream : IDisposable
{
    private readonly Generator generator;

    internal RandomStream(Seed seed) => generator = new Generator(seed.Value, torch.CPU);

    /// <summary>Standard normal values of <paramref name="shape"/>, float32, CPU.</summary>
    public Tensor Normal(params long[] shape) => randn(shape, dtype: ScalarType.Float32, generator: generator);

    /// <summary>Standard normal values with the shape, dtype and device of <paramref name="like"/>.</summary>
    public Tensor NormalLike(Tensor like) => Normal(like.shape).to(like.dtype, like.device);

    /// <summary>Uniform values in [<paramref name="low"/>, <paramref name="high"/>) of <paramref name="shape"/>, float32, CPU.</summary>
    public Tensor Uniform(double low, double high, params long[] shape) =>
        rand(shape, dtype: ScalarType.Float32, generator: generator) * (high - low) + low;

    /// <summary><paramref name="count"/> integers, uniform in [<paramref name="low"/>, <paramref name="high"/>), int64, CPU.</summary>
    public Tensor Integers(long low, long high, long count) => randint(low, high, [count], dtype: ScalarType.Int64, generator: generator);

    /// <summary>One integer, uniform in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public long Integer(long low, long high)
    {
        using var one = Integers(low, high, 1);
        return one.item<long>();
    }

    /// <summary>A random order of 0 … <paramref name="count"/>-1.</summary>
    public long[] Permutation(long count)
    {
        using var order = randperm(count, dtype: ScalarType.Int64, generator: generator);
        return order.data<long>().ToArray();
    }

    /// <inheritdoc/>
    public void Dispose() => generator.Dispose();
}
