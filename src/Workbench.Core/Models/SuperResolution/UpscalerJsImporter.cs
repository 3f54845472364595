using System.Globalization;
using Workbench.Weights;
using static TorchSharp.torch;

namespace Workbench.Models.SuperResolution;

/// <summary>Turns the ESRGAN weights of UpscalerJS (TensorFlow.js layers models) into <see cref="Rdn"/> and <see cref="Rrdn"/>.</summary>
/// <remarks>
/// The shape of the network is read from the layers' names and kernels. What the files do not say is the pixel range: the RDN
/// models (slim, medium) work in 0…255, the RRDN models (thick) in 0…1.
/// </remarks>
public static class UpscalerJsImporter
{
    /// <summary>Reads a folder with <c>model.json</c> and shards.</summary>
    /// <exception cref="InvalidDataException">The layers are those of neither network.</exception>
    public static SuperResolutionNetwork Import(string folder)
    {
        var model = TfjsLayersModel.Open(folder);
        SuperResolutionNetwork network = model switch
        {
            _ when model.Keys.Contains("UPN3/kernel") && model.Keys.Contains("F_m1/kernel") => new Rdn(RdnShape(model)),
            _ when model.Keys.Contains("PreShuffle/kernel") && model.Keys.Contains("Pre_blocks_conv/kernel") => new Rrdn(RrdnShape(model)),
            _ => throw new InvalidDataException($"{folder}: neither an RDN nor an RRDN (first weights: {string.Join(", ", model.Keys.Take(4))})."),
        };
        Fill(network, model, folder);
        network.eval();
        return network;
    }

    private static void Fill(SuperResolutionNetwork network, TfjsLayersModel model, string folder)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var missing = new HashSet<string>(model.Keys, StringComparer.Ordinal);
        foreach (var (name, parameter) in network.named_parameters())
        {
            var key = name.EndsWith(".weight") ? $"{name[..^7]}/kernel" : $"{name[..^5]}/bias";
            if (!missing.Remove(key)) throw new InvalidDataException($"{folder}: weight '{key}' is missing.");
            var value = model.ReadForTorch(key);
            if (network is Rrdn && name.StartsWith("PreShuffle.")) value = ToPixelShuffleOrder(value);
            if (!value.shape.SequenceEqual(parameter.shape))
                throw new InvalidDataException($"{folder}: '{key}' is [{string.Join(", ", value.shape)}], expected [{string.Join(", ", parameter.shape)}].");
            parameter.copy_(value);
        }
        if (missing.Count > 0) throw new InvalidDataException($"{folder}: unexpected weights {string.Join(", ", missing)}.");
    }

    /// <summary>TensorFlow's depth-to-space counts colour fastest, torch's pixel shuffle slowest.</summary>
    private static Tensor ToPixelShuffleOrder(Tensor value)
    {
        long[] rest = value.shape[1..];
        return value.reshape([value.size(0) / 3, 3, .. rest]).transpose(0, 1).reshape(value.shape).contiguous();
    }

    private static RdnConfig RdnShape(TfjsLayersModel model) => new()
    {
        Scale = SideOf(model.Shape("UPN3/kernel")[3]),
        NumBlocks = model.Keys.Count(k => k.StartsWith("LFF_") && k.EndsWith("/kernel")),
        NumConvs = model.Keys.Count(k => k.StartsWith("F_1_") && k.EndsWith("/kernel")),
        Growth = (int)model.Shape("F_1_1/kernel")[3],
        NumFeatures = (int)model.Shape("F_m1/kernel")[3],
        WhiteLevel = 255,
    };

    private static RrdnConfig RrdnShape(TfjsLayersModel model)
    {
        var places = model.Keys.Where(k => k.StartsWith("F_") && k.EndsWith("/kernel"))
            .Select(k => k[2..^7].Split('_').Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToArray()).ToArray();
        return new RrdnConfig
        {
            Scale = SideOf(model.Shape("PreShuffle/kernel")[3]),
            NumBlocks = places.Max(p => p[0]),
            NumDense = places.Max(p => p[1]),
            NumConvs = places.Max(p => p[2]),
            Growth = (int)model.Shape("F_1_1_1/kernel")[3],
            NumFeatures = (int)model.Shape("Pre_blocks_conv/kernel")[3],
            Beta = model.Layers.FirstOrDefault(l => l.ClassName == "MultiplyBeta")?.Config is { } config
                && config.TryGetProperty("beta", out var beta) ? beta.GetDouble() : 0.2,
            WhiteLevel = 1,
        };
    }

    /// <summary>The enlargement that gives <c>3·s²</c> channels.</summary>
    private static int SideOf(long channels)
    {
        var side = (int)Math.Round(Math.Sqrt(channels / 3.0));
        return 3L * side * side == channels ? side : throw new InvalidDataException($"{channels} channels before the enlargement are not 3·s².");
    }
}
