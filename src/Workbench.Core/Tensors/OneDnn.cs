using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using TorchSharp;
using static TorchSharp.torch;

namespace Workbench.Tensors;

/// <summary>Convolutions that are right on processors where those of torch's oneDNN are not.</summary>
/// <remarks>
/// oneDNN 3.7 (libtorch 2.10) computes convolutions with channels in blocks of 16, and fills the last block up. On an AMD EPYC of family 26 (Zen 5) that goes
/// wrong: where channels are no multiple of 16, in float32 from 17 on, results are off by as much as they are large, or are NaN (pytorch issue 163347 tells of
/// the same). So on processors that are not Intel's a few small convolutions are compared with float64 at the start. Where they differ, <see cref="Convolve"/>
/// fills channels up itself; if that does not help, oneDNN is turned off, and torch's own convolutions are taken, which in bfloat16 are plain loops.
/// </remarks>
public static class OneDnn
{
    private const double Tolerance = 0.05;
    private const long Block = 16;

    // Functions of namespace at, as torch's builds for Linux and for Windows name them.
    private static readonly string[] GlobalContext = ["_ZN2at13globalContextEv", "?globalContext@at@@YAAEAVContext@1@XZ"];
    private static readonly string[] MklDnn = ["_ZN2at7Context20setUserEnabledMkldnnEb", "?setUserEnabledMkldnn@Context@at@@QEAAX_N@Z"];
    private static readonly string[] NnPack = ["_ZN2at7Context20setUserEnabledNNPACKEb", "?setUserEnabledNNPACK@Context@at@@QEAAX_N@Z"];

    /// <summary>True where convolutions are right with whole blocks of channels only. torch's own layers and functions then are wrong with others.</summary>
    public static bool NeedsWholeBlocks { get; private set; }

    /// <summary>False where it was turned off: computing in bfloat16 is then no gain on the CPU, and float32 is taken where a setting leaves the choice to the machine.</summary>
    public static bool IsUsed { get; private set; } = true;

    /// <summary>The type that passes through networks take on <paramref name="device"/> where bfloat16 is wanted for its speed.</summary>
    public static ScalarType QuickType(Device device) => IsUsed || device.type != DeviceType.CPU ? ScalarType.BFloat16 : ScalarType.Float32;

    /// <summary><c>torch.nn.functional.conv2d</c>; where blocks of channels must be whole, with zeros for the missing ones.</summary>
    /// <param name="input">[B, C, H, W].</param>
    /// <param name="weight">[D, C, kernel, kernel].</param>
    /// <param name="bias">[D], or null.</param>
    /// <param name="stride">Down and across; null: 1.</param>
    /// <param name="padding">Above and below, left and right; null: none.</param>
    /// <returns>[B, D, H', W'].</returns>
    public static Tensor Convolve(Tensor input, Tensor weight, Tensor? bias = null, long[]? stride = null, long[]? padding = null)
    {
        // float64 and graphics cards have convolutions of their own.
        var isConcerned = NeedsWholeBlocks && input.dtype is not ScalarType.Float64 && input.device.type == DeviceType.CPU;
        return isConcerned ? ConvolveFilled(input, weight, bias, stride, padding) : nn.functional.conv2d(input, weight, bias, stride, padding);
    }

    /// <summary><see cref="Convolve"/> with channels filled up to whole blocks, whatever the processor.</summary>
    internal static Tensor ConvolveFilled(Tensor input, Tensor weight, Tensor? bias, long[]? stride, long[]? padding)
    {
        var outputs = weight.shape[0];
        var (more, moreOutputs) = (Missing(weight.shape[1]), Missing(outputs));
        if (more + moreOutputs == 0) return nn.functional.conv2d(input, weight, bias, stride, padding);
        return TensorScope.Run(() =>
        {
            var filled = nn.functional.pad(weight, [0, 0, 0, 0, 0, more, 0, moreOutputs]);
            var x = more == 0 ? input : nn.functional.pad(input, [0, 0, 0, 0, 0, more]);
            var shift = bias is null || moreOutputs == 0 ? bias : nn.functional.pad(bias, [0, moreOutputs]);
            return nn.functional.conv2d(x, filled, shift, stride, padding).narrow(1, 0, outputs).contiguous();
        });
    }

    /// <summary>Every channel of pictures [B, C, H, W] with one kernel [kernel height, kernel width], without padding.</summary>
    public static Tensor ConvolveEach(Tensor input, Tensor kernel)
    {
        var channels = input.shape[1];
        var weight = kernel.view(1, 1, kernel.shape[0], kernel.shape[1]);
        // Groups have no blocks to fill.
        return channels == 1 ? Convolve(input, weight) : nn.functional.conv2d(input, weight.expand(channels, -1, -1, -1), groups: channels);
    }

    private static long Missing(long channels) => (Block - channels % Block) % Block;

    /// <summary>Compares convolutions where that is called for, and looks for a way to right ones; loads torch only there.</summary>
    internal static void EnsureRight()
    {
        if (!X86Base.IsSupported || IsIntel()) return;
        try
        {
            torch.zeros(1).Dispose();
        }
        catch (Exception e) when (e is TypeInitializationException or DllNotFoundException or NotSupportedException)
        {
            return; // Whoever needs torch hears why there is none.
        }
        // What torch tries where oneDNN does not serve; it knows such processors less, and says so at every convolution.
        TurnOff(NnPack);
        if (Worst() < Tolerance) return;
        NeedsWholeBlocks = true;
        if (Worst() < Tolerance) return;
        NeedsWholeBlocks = false;
        IsUsed = !TurnOff(MklDnn);
        if (Worst() >= Tolerance)
            throw new PlatformNotSupportedException("On this processor torch's convolutions come out wrong (oneDNN). Set the environment variable ONEDNN_MAX_CPU_ISA=SSE41 and start again.");
    }

    /// <summary>The largest error of convolutions whose channels do not fill blocks of 16, as a share of the largest result; infinite where one is not a number.</summary>
    internal static double Worst() => TensorScope.Value(() =>
    {
        using var guard = no_grad();
        return (from type in new[] { ScalarType.Float32, ScalarType.BFloat16 }
                from input in new[] { 16, 20 }
                from output in new[] { 4, 16, 24 }
                select Error(type, input, output)).Max();
    });

    private static double Error(ScalarType type, int input, int output)
    {
        // Numbers that both types hold exactly, and whose sums no order of adding changes in float32.
        Tensor Numbers(int factor, params long[] shape) => (arange(shape.Aggregate((a, b) => a * b), ScalarType.Int64) * factor % 17 - 8).reshape(shape).to(type);
        Tensor x = Numbers(5, 1, input, 4, 4), weight = Numbers(7, output, input, 3, 3);
        Tensor expected = nn.functional.conv2d(x.to(ScalarType.Float64), weight.to(ScalarType.Float64), padding: [1, 1]);
        var error = ((Convolve(x, weight, padding: [1, 1]).to(ScalarType.Float64) - expected).abs().max() / expected.abs().max()).item<double>();
        return double.IsFinite(error) ? error : double.PositiveInfinity;
    }

    private static bool IsIntel()
    {
        var (_, b, c, d) = X86Base.CpuId(0, 0);
        ReadOnlySpan<int> words = [b, d, c];
        return MemoryMarshal.AsBytes(words).SequenceEqual("GenuineIntel"u8);
    }

    /// <summary>Calls a setter of torch's global context, which TorchSharp does not offer, with false.</summary>
    /// <returns>False where the library has no such function.</returns>
    private static unsafe bool TurnOff(string[] setters)
    {
        if (!NativeLibrary.TryLoad("torch_cpu", typeof(torch).Assembly, null, out var library)) return false;
        foreach (var (name, setter) in GlobalContext.Zip(setters))
        {
            if (!NativeLibrary.TryGetExport(library, name, out var context) || !NativeLibrary.TryGetExport(library, setter, out var set)) continue;
            ((delegate* unmanaged<nint, byte, void>)set)(((delegate* unmanaged<nint>)context)(), 0);
            return true;
        }
        return false;
    }
}
