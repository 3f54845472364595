using TorchSharp;
using static TorchSharp.torch;

namespace Workbench.Tensors;

/// <summary>The disposal primitives of the library: everything else is arithmetic that never disposes.</summary>
/// <remarks>Scopes belong to one thread: never <c>await</c> inside the function.</remarks>
public static class TensorScope
{
    /// <summary>Runs <paramref name="body"/>, frees every tensor it made, and hands out the one it returns.</summary>
    public static Tensor Run(Func<Tensor> body)
    {
        using var scope = NewDisposeScope();
        return body().MoveToOuterDisposeScope();
    }

    /// <summary>Puts a tensor through steps one after the other and frees what lies between them, as a network's blocks at the size of a photo must; gradients flow all the same.</summary>
    /// <param name="input">Stays the caller's.</param>
    /// <param name="steps">Each makes a new tensor of the one before.</param>
    public static Tensor Chain(Tensor input, IEnumerable<Func<Tensor, Tensor>> steps)
    {
        var x = input;
        foreach (var step in steps)
        {
            var before = x;
            x = Run(() => step(before));
            if (!ReferenceEquals(before, input)) before.Dispose();
        }
        return x;
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
