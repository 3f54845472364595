using TorchSharp;
using TorchSharp.Modules;
using Workbench.Tensors;
using Workbench.Weights;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Workbench.Models.CodeFormer;

/// <summary>Blind face restoration: a transformer predicts, from a degraded face, the codes of a clean one.</summary>
/// <remarks>
/// Zhou et al. 2022, "Towards Robust Blind Face Restoration with Codebook Lookup Transformer"; state keys as published
/// (<c>encoder.blocks.N</c>, <c>ft_layers.N</c>, <c>fuse_convs_dict.R</c>). The codes are an argmax: no gradient passes through them,
/// and the published network also cuts the encoder features off; <see cref="Restore"/> can open both ways.
/// </remarks>
public sealed class CodeFormerModel : NamedModule<Tensor, Tensor>
{
    private readonly BlockList encoder, generator;
    private readonly Codebook codebook;
    private readonly Linear featureEmbedding;
    private readonly CodeTransformerLayer[] layers;
    private readonly Sequential head;
    private readonly Dictionary<string, FeatureTransform> fusion = [];

    /// <summary>Builds the network with random weights.</summary>
    /// <exception cref="InvalidDataException">The config asks for what the architecture does not know.</exception>
    public CodeFormerModel(CodeFormerConfig config) : base(nameof(CodeFormerModel))
    {
        config.Validate();
        Config = config;
        register_module("encoder", encoder = BlockList.Encoder(config));
        register_module("quantize", codebook = new Codebook(config.CodebookSize, config.EmbDim));
        register_module("generator", generator = BlockList.Generator(config));
        register_parameter("position_emb", Parameter(zeros(config.LatentSize, config.DimEmbd)));
        register_module("feat_emb", featureEmbedding = Linear(config.EmbDim, config.DimEmbd));
        layers = [.. Enumerable.Range(0, config.NLayers).Select(_ => new CodeTransformerLayer(config.DimEmbd, config.NHead))];
        register_module("ft_layers", ModuleList(layers));
        head = Sequential(("0", LayerNorm(config.DimEmbd)), ("1", Linear(config.DimEmbd, config.CodebookSize, hasBias: false)));
        register_module("idx_pred_layer", head);
        foreach (var size in config.ConnectList)
        {
            var channels = config.FuseChannels?.TryGetValue(size, out var given) == true ? given : config.ChannelsAt(config.LevelOf(size));
            fusion[size] = new FeatureTransform(channels, channels, config.NormNumGroups);
        }
        register_module("fuse_convs_dict", new FusionParts(fusion));
    }

    /// <summary>The shape of this network.</summary>
    public CodeFormerConfig Config { get; }

    /// <summary>Reads a folder with <c>config.json</c> and <c>model.safetensors</c> (or the published <c>codeformer.pth</c>), in evaluation mode.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="device">Device to compute on; null means the CPU.</param>
    /// <exception cref="WeightsException">A file is missing, damaged, or does not fit; names the file.</exception>
    public static CodeFormerModel FromPretrained(string folder, Device? device = null) =>
        NetworkFolder.Load(folder, (CodeFormerConfig config) => new CodeFormerModel(config), device);

    /// <summary>Writes <c>config.json</c> and <c>model.safetensors</c> into <paramref name="folder"/>.</summary>
    public void SavePretrained(string folder, ScalarType? castFloatsTo = null) => NetworkFolder.Save(folder, this, Config, castFloatsTo);

    /// <summary>The restored picture with fidelity weight 0.5: <see cref="Restore"/> with its defaults.</summary>
    public override Tensor forward(Tensor input) => Restore(input).Image;

    /// <summary>Restores faces.</summary>
    /// <param name="pixels"><c>[B, 3, ImgSize, ImgSize]</c>, pixels in [-1,1].</param>
    /// <param name="w">Fidelity: 0 trusts the codes alone, 1 follows the input most.</param>
    /// <param name="adain">Gives the codes the channel statistics of the encoder features.</param>
    /// <param name="detachEncoder">
    /// As published, lets no gradient pass through the encoder features into the fusion. False: it passes there, and straight through the choice of codes,
    /// as if they were the features that they stand for (van den Oord et al. 2017); the picture is the same.
    /// </param>
    public CodeFormerOutput Restore(Tensor pixels, double w = 0.5, bool adain = true, bool detachEncoder = true)
    {
        if (pixels.size(2) != Config.ImgSize || pixels.size(3) != Config.ImgSize)
            throw new ArgumentException($"CodeFormer takes {Config.ImgSize}×{Config.ImgSize} pictures, got {pixels.size(3)}×{pixels.size(2)}.");
        var encoded = new Dictionary<string, Tensor>();
        var features = encoder.Run(pixels, (size, x) => encoded[size] = x);               // [B, EmbDim, s, s]
        var logits = Predict(features);
        var indices = logits.argmax(-1);
        var codes = codebook.call(indices, Config.LatentSide);
        if (!detachEncoder) codes += features - features.detach();
        if (adain) codes = WithStatisticsOf(codes, features);
        var image = generator.Run(codes, (size, x) => w > 0 && fusion.TryGetValue(size, out var transform)
            ? TensorScope.Run(() => transform.call(detachEncoder ? encoded[size].detach() : encoded[size], x, w))
            : x);
        return new CodeFormerOutput(image, logits, indices, features);
    }

    /// <summary>What the encoder makes of pictures: <c>[B, 3, S, S]</c> in [-1,1] → <c>[B, EmbDim, s, s]</c>.</summary>
    internal Tensor Encode(Tensor pixels) => encoder.call(pixels);

    /// <summary>What the decoder makes of codes alone: <c>[B, EmbDim, s, s]</c> → <c>[B, 3, S, S]</c>.</summary>
    internal Tensor Decode(Tensor codes) => generator.call(codes);

    /// <summary>The nearest code at every position of <c>[B, EmbDim, s, s]</c>: <c>[B, s*s]</c> int64.</summary>
    internal Tensor NearestCodes(Tensor features)
    {
        var table = CodebookWeight.detach().to(ScalarType.Float32);
        var rows = features.detach().to(ScalarType.Float32).flatten(2).transpose(1, 2);   // [B, s*s, EmbDim]
        return (table.pow(2).sum(1) - rows.matmul(table.t()) * 2).argmin(-1);
    }

    /// <summary>Codes by number: <c>[B, s*s]</c> → <c>[B, EmbDim, s, s]</c>.</summary>
    internal Tensor Codes(Tensor indices) => codebook.call(indices, Config.LatentSide);

    /// <summary>The codebook, <c>[CodebookSize, EmbDim]</c>.</summary>
    internal Parameter CodebookWeight => codebook.Weight;

    /// <summary>Scores of every code at every position, from encoder features: <c>[B, s*s, CodebookSize]</c>.</summary>
    internal Tensor Predict(Tensor features)
    {
        var x = featureEmbedding.call(features.flatten(2).transpose(1, 2));               // [B, s*s, DimEmbd]
        // By name: a cast to another precision puts new parameters in the old ones' place, and fields keep the old.
        var positions = get_parameter("position_emb")!;
        foreach (var layer in layers) x = layer.call(x, positions);
        return head.call(x);
    }

    private static Tensor WithStatisticsOf(Tensor content, Tensor style)
    {
        var (contentMean, contentDeviation) = Statistics(content);
        var (styleMean, styleDeviation) = Statistics(style);
        return (content - contentMean) / contentDeviation * styleDeviation + styleMean;
    }

    private static (Tensor Mean, Tensor Deviation) Statistics(Tensor x) =>
        (x.mean([2, 3], keepdim: true), (x.var([2, 3], unbiased: true, keepdim: true) + 1e-5).sqrt());

    /// <summary>The transforms by resolution. TorchSharp's own dictionary of modules cannot be cast to another precision.</summary>
    private sealed class FusionParts : NamedModule
    {
        internal FusionParts(IReadOnlyDictionary<string, FeatureTransform> parts) : base(nameof(FusionParts))
        {
            foreach (var (size, part) in parts) register_module(size, part);
        }
    }
}
