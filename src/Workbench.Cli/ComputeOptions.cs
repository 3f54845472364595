using System.CommandLine;
using System.Globalization;
using TorchSharp;

namespace Workbench.Cli;

/// <summary>The options <c>--device</c> and <c>--dtype</c>: where networks compute, and in which precision.</summary>
internal static class ComputeOptions
{
    private static readonly Dictionary<string, torch.ScalarType> Types = new(StringComparer.Ordinal)
    {
        ["float32"] = torch.float32, ["bfloat16"] = torch.bfloat16, ["float16"] = torch.float16,
    };

    public static Option<string> Device() => new("--device") { Description = "Where networks compute: cpu, cuda, or cuda:N for one of several cards.", DefaultValueFactory = _ => "cpu" };

    /// <summary>An option for the precision of text encoder and UNet.</summary>
    /// <param name="names">Those of float32, bfloat16 and float16 that the verb can compute in.</param>
    public static Option<string> DType(params string[] names)
    {
        var option = new Option<string>("--dtype")
        {
            Description = $"Precision of text encoder and UNet: {string.Join(", ", names)}. The autoencoder stays in float32.", DefaultValueFactory = _ => "float32",
        };
        option.AcceptOnlyFromAmong(names);
        return option;
    }

    /// <summary>The device that <paramref name="text"/> names.</summary>
    /// <exception cref="ArgumentException">It names none, or one that this machine or this build of torch lacks.</exception>
    public static torch.Device DeviceOf(string text)
    {
        if (text == "cpu") return torch.CPU;
        var index = text == "cuda" ? 0
            : text.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(text.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : throw new ArgumentException($"--device takes cpu, cuda or cuda:N, for example cuda:0, not '{text}'.");
        if (!torch.cuda.is_available())
            throw new ArgumentException($"--device {text}: torch finds no CUDA here. It needs a graphics card with its driver, and a build with WorkbenchCuda=true (environment.md).");
        return index < torch.cuda.device_count() ? new torch.Device(DeviceType.CUDA, index)
            : throw new ArgumentException($"--device {text}: there are {torch.cuda.device_count()} CUDA devices here, counted from 0.");
    }

    /// <summary>The precision of a name; null for float32, in which networks compute by themselves.</summary>
    public static torch.ScalarType? TypeOf(string name) => Types[name] is var type && type == torch.float32 ? null : type;
}
