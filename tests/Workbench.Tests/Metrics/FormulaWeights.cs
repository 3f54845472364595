using System.Text.Json.Nodes;
using TorchSharp;
using Workbench.Metrics;
using Workbench.Tests.Goldens;
using Workbench.Weights;

namespace Workbench.Tests.Metrics;

/// <summary>Makes the weights that a golden case states as an integer formula instead of a file.</summary>
internal static class FormulaWeights
{
    public static LpipsNet Net(GoldenCase golden) =>
        Enum.Parse<LpipsNet>((string)ModelConfigFile.ReadObject(golden.File("weights_formula.json"))["net"]!, ignoreCase: true);

    /// <summary>Two files as they are published: torchvision's trunk and the linear weights.</summary>
    public static (string Trunk, string Linear) WriteTorchvisionAndLinear(string formula, TemporaryFolder folder)
    {
        using var scope = torch.NewDisposeScope();
        var entries = Entries(formula).ToList();
        var (trunk, linear) = (folder.File("trunk.safetensors"), folder.File("linear.safetensors"));
        SafetensorsFile.Write(trunk, entries.Where(e => e["torchvision_key"] is not null).ToDictionary(e => (string)e["torchvision_key"]!, Make));
        SafetensorsFile.Write(linear, entries.Where(e => e["torchvision_key"] is null).ToDictionary(e => (string)e["key"]!, Make));
        return (trunk, linear);
    }

    /// <summary>One file as the lpips package's state dict has it, with its repeated and constant entries.</summary>
    public static string WritePackage(string formula, TemporaryFolder folder)
    {
        using var scope = torch.NewDisposeScope();
        var path = folder.File("package.safetensors");
        var tensors = Entries(formula).ToDictionary(e => (string)e["key"]!, Make);
        tensors["lins.0.model.1.weight"] = tensors["lin0.model.1.weight"].clone();
        tensors["scaling_layer.shift"] = torch.zeros(1, 3, 1, 1);
        SafetensorsFile.Write(path, tensors);
        return path;
    }

    private static IEnumerable<JsonNode> Entries(string formula) => ModelConfigFile.ReadObject(formula)["weights"]!.AsArray().Select(e => e!);

    private static torch.Tensor Make(JsonNode entry)
    {
        var shape = entry["shape"]!.AsArray().Select(n => (long)n!).ToArray();
        var (seed, std, abs) = ((uint)(long)entry["seed"]!, (double)entry["std"]!, (bool)entry["abs"]!);
        var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        for (var i = 0; i < values.Length; i++)
        {
            var x = unchecked((uint)i + seed);
            x = unchecked(x * 0x9E3779B1u);
            x = unchecked((x ^ (x >> 15)) * 0x85EBCA6Bu);
            x = unchecked((x ^ (x >> 13)) * 0xC2B2AE35u);
            x ^= x >> 16;
            var value = (float)((2.0 * x / 4294967296.0 - 1) * Math.Sqrt(3) * std);
            values[i] = abs ? Math.Abs(value) : value;
        }
        return torch.tensor(values, shape);
    }
}
