using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Pipelines;

/// <summary>Standard normal noise for the pictures of a batch, each from a stream of its own, so that batching changes nothing.</summary>
/// <param name="seed">The seed of the request.</param>
/// <param name="purpose">What the noise is for, for example <c>latents</c>.</param>
/// <param name="firstImage">Index of the batch's first picture among all of the request.</param>
/// <param name="count">Pictures in the batch.</param>
internal sealed class ImageNoise(Seed seed, string purpose, int firstImage, int count) : IDisposable
{
    private readonly RandomStream[] streams = [.. Enumerable.Range(firstImage, count).Select(image => seed.For(image).For(purpose).Open())];

    /// <summary>The next draw of every picture: [count, …<paramref name="shape"/>], float32, CPU.</summary>
    public Tensor Next(params long[] shape) => TensorScope.Run(() => stack(streams.Select(stream => stream.Normal(shape)).ToArray()));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var stream in streams) stream.Dispose();
    }
}
