using TorchSharp;
using static TorchSharp.torch;

namespace Workbench.Tensors;

/// <summary>The two disposal primitives of the library: everything else is arithmetic that never disposes.</summary>
/// <remarks>Scopes belong to one thread: never <c>await</c> inside the function.</remarks>
public static class TensorScope
{
    /// <summary>Runs <paramref name="body"/>, frees every tensor it made, and hands out the one it returns.</summary>
    public static Tensor Run(Func<Tensor> body)
    {
        using var scope = NewDisposeScope();
        return body().MoveToOuterDisposeScope();
    }

    /// <summary>Runs <paramref name="body"/>, frees every tensor it made, and hands out the plain value it returns.</summary>
    public static T Value<T>(Func<T> body)
    {
        using var scope = NewDisposeScope();
        return body();
    }

    /// <summary>Runs <paramref name="body"/> without recording gradients, frees its tensors, and hands out the one it returns.</summary>
    public static Tensor Inference(Func<Tensor> body)
    {
        using var guard = no_grad();
        return Run(body);
    }

    /// <summary>Calls <paramref name="step"/> for 0 … <paramref name="count"/>-1, one scope a step.</summary>
    public static void Loop(int count, Action<int> step, CancellationToken cancellationToken = default)
    {
        for (var i = 0; i < count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            step(i);
        }
    }
}
