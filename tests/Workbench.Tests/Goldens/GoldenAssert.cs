using TorchSharp;
using Xunit;

namespace Workbench.Tests.Goldens;

/// <summary>Compares tensors with the reference's.</summary>
public static class GoldenAssert
{
    /// <summary>Asserts err = max|a-b| / max|b| ≤ <paramref name="relativeTolerance"/> (max|a-b| where b is all zero) and equal shapes.</summary>
    /// <returns>The error, for tests that report it.</returns>
    public static double Close(torch.Tensor actual, torch.Tensor expected, double relativeTolerance, string label = "tensor") =>
        Check(actual, expected, relativeTolerance, label, relative: true);

    /// <summary>Asserts max|a-b| ≤ <paramref name="tolerance"/> and equal shapes.</summary>
    public static double CloseAbsolute(torch.Tensor actual, torch.Tensor expected, double tolerance, string label = "tensor") =>
        Check(actual, expected, tolerance, label, relative: false);

    /// <summary>Asserts equal shapes and values.</summary>
    public static void Exact(torch.Tensor actual, torch.Tensor expected, string label = "tensor") => CloseAbsolute(actual, expected, 0, label);

    private static double Check(torch.Tensor actual, torch.Tensor expected, double tolerance, string label, bool relative)
    {
        Assert.True(actual.shape.SequenceEqual(expected.shape),
            $"{label}: shape [{string.Join(", ", actual.shape)}], expected [{string.Join(", ", expected.shape)}]");
        if (expected.numel() == 0) return 0;
        using var scope = torch.NewDisposeScope();
        using var guard = torch.no_grad();
        torch.Tensor a = actual.cpu().to(torch.float64).reshape(-1), b = expected.cpu().to(torch.float64).reshape(-1);
        Assert.True(a.isfinite().all().item<bool>(), $"{label}: holds NaN or infinite values");
        var difference = (a - b).abs();
        var worst = difference.argmax().item<long>();
        var scale = relative ? b.abs().max().item<double>() : 1;
        var error = difference[worst].item<double>() / (scale > 0 ? scale : 1);
        Assert.True(error <= tolerance, $"{label}: error {error:g4} over {tolerance:g4}, worst at flat index {worst} of [{string.Join(", ", actual.shape)}]: " +
            $"{a[worst].item<double>():g7}, expected {b[worst].item<double>():g7}, scale {scale:g4}");
        return error;
    }
}
