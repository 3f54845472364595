using System.Globalization;
using TorchSharp;
using TorchSharp.Modules;
using Workbench.Imaging;
using Workbench.Models;
using Workbench.Tensors;
using Workbench.Weights;
using static TorchSharp.torch;

namespace Workbench.Metrics;

/// <summary>Learned perceptual image patch similarity (Zhang, Isola, Efros, Shechtman, Wang 2018), version 0.1; 0 for equal pictures.</summary>
/// <remarks>
/// Features of both pictures are scaled to unit length over channels, their squared difference is weighted by a learned non-negative
/// weight a channel, averaged over space and summed over five layers. State-dict keys are those of the <c>lpips</c> package.
/// </remarks>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public sealed class Lpips : NamedModule<Tensor, Tensor, Tensor>, IMetric
{
    private const double Epsilon = 1e-10;

    // Of 64×64 pixels.
    private const int MostAtOnce = 32;
    private readonly LpipsTrunk trunk;
    private readonly List<LinearLayer> layers = [];

    /// <summary>A network without weights; see <see cref="Load(LpipsNet, string, Device?)"/>.</summary>
    public Lpips(LpipsNet net) : base(nameof(Lpips))
    {
        Net = net;
        register_module("net", trunk = new LpipsTrunk(net));
        foreach (var channels in LpipsTrunk.Channels(net))
        {
            var layer = new LinearLayer(new Parameter(zeros(1, channels, 1, 1)));
            register_module($"lin{layers.Count}", layer);
            layers.Add(layer);
        }
        eval();
    }

    /// <summary>Which trunk the features come from.</summary>
    public LpipsNet Net { get; }

    /// <inheritdoc/>
    public string Name => NameOf(Net);

    /// <inheritdoc/>
    public MetricDirection Direction => MetricDirection.LowerIsBetter;

    /// <inheritdoc/>
    public MetricKind Kind => MetricKind.FullReference;

    /// <inheritdoc/>
    public (double Low, double High) Range => (0, double.PositiveInfinity);

    /// <summary>Loads one file that holds trunk and linear weights, with the keys of the <c>lpips</c> package's state dict.</summary>
    public static Lpips Load(LpipsNet net, string path, Device? device = null) => Load(net, path, path, device);

    /// <summary>Loads torchvision's trunk (<c>features.0.weight</c>, …) and the <c>lpips</c> package's linear weights (<c>lin0.model.1.weight</c>, …).</summary>
    /// <param name="net">Which trunk.</param>
    /// <param name="trunkPath">Weights of AlexNet or VGG-16; the classifier is ignored.</param>
    /// <param name="linearPath">Weights of version 0.1.</param>
    /// <param name="device">Device to compute on; null means the CPU.</param>
    /// <exception cref="WeightsException">A needed key is missing or has another shape.</exception>
    public static Lpips Load(LpipsNet net, string trunkPath, string linearPath, Device? device = null)
    {
        var lpips = new Lpips(net);
        if (device is not null) lpips.to(device);
        var map = Keys(net);
        if (string.Equals(trunkPath, linearPath, StringComparison.Ordinal))
        {
            StateDict.LoadInto(lpips, trunkPath, new LoadOptions { KeyMap = map });
            return lpips;
        }
        StateDict.LoadInto(lpips, trunkPath, new LoadOptions { KeyMap = map, AllowMissing = ["lin*"] });
        StateDict.LoadInto(lpips, linearPath, new LoadOptions { KeyMap = map, AllowMissing = ["net.*"] });
        return lpips;
    }

    /// <inheritdoc/>
    public IReadOnlyList<double> Score(ImageBatch images, ImageBatch? references = null)
    {
        var originals = References.Paired(this, images, references);
        using var guard = no_grad();
        var device = layers[0].Weight.device;
        double[] Part(int[] at) => TensorScope.Value(() =>
            call(Signed(images, at), Signed(originals, at)).to(ScalarType.Float64, torch.CPU).data<double>().ToArray());
        Tensor Signed(ImageBatch batch, int[] at) => (batch.Unit.narrow(0, at[0], at.Length) * 2 - 1).to(device);
        return [.. Enumerable.Range(0, images.Count).Chunk(PicturesAtOnce.Of(images.Height, images.Width, MostAtOnce)).SelectMany(Part)];
    }

    /// <summary>Distance of each pair; differentiable.</summary>
    /// <param name="a">[N, 3, H, W] float32, pixels in [-1,1], at least 31 pixels a side for AlexNet and 16 for VGG.</param>
    /// <param name="b">The same shape and range.</param>
    /// <returns>[N].</returns>
    /// <exception cref="ArgumentException">The pictures are smaller than that: nothing of them would reach the last layer.</exception>
    public override Tensor forward(Tensor a, Tensor b) => LayerDistances(a, b).Aggregate((sum, layer) => sum + layer);

    /// <summary>The five layers' shares of the distance, each [N].</summary>
    public IReadOnlyList<Tensor> LayerDistances(Tensor a, Tensor b)
    {
        var smallest = Net is LpipsNet.Alex ? 31 : 16;
        if (Math.Min(a.shape[2], a.shape[3]) < smallest)
            throw new ArgumentException($"{Name}: pictures of {a.shape[3]}×{a.shape[2]} pixels are too small, expected at least {smallest} a side.", nameof(a));
        Tensor Channels(params float[] values) => tensor(values, device: a.device).view(1, 3, 1, 1);
        var (shift, scale) = (Channels(-.030f, -.088f, -.188f), Channels(.458f, .448f, .450f));
        var (featuresA, featuresB) = (trunk.call((a - shift) / scale), trunk.call((b - shift) / scale));
        return [.. featuresA.Select((_, i) => TensorScope.Run(() => ((Unit(featuresA[i]) - Unit(featuresB[i])).square() * layers[i].Weight).sum(1).mean([1, 2])))];
    }

    /// <summary>The metric's name with a trunk.</summary>
    internal static string NameOf(LpipsNet net) => net is LpipsNet.Alex ? "LPIPS" : "LPIPS (VGG)";

    private static Tensor Unit(Tensor features) => features / (features.square().sum(1, keepdim: true).sqrt() + Epsilon);

    // The package's own file repeats the linear weights under "lins." and carries the constants of the scaling layer.
    private static KeyMap Keys(LpipsNet net) => new(key =>
    {
        if (key.StartsWith("classifier.", StringComparison.Ordinal) || key.StartsWith("lins.", StringComparison.Ordinal)
            || key.StartsWith("scaling_layer.", StringComparison.Ordinal)) return null;
        var parts = key.Split('.');
        return parts is ["features", var layer, var kind] && int.TryParse(layer, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? $"net.{LpipsTrunk.FromTorchvision(net, number)}.{kind}" : key;
    });

    /// <summary>Holds one layer's channel weights under the package's key <c>model.1.weight</c>.</summary>
    private sealed class LinearLayer : NamedModule
    {
        private readonly Holder holder;

        public LinearLayer(Parameter weight) : base(nameof(LinearLayer)) => register_module("model", new Numbered(holder = new Holder(weight)));

        /// <summary>[1, C, 1, 1]; asked for by name at every use, because moving a module puts another parameter in its place.</summary>
        public Tensor Weight => holder.get_parameter("weight")!;

        private sealed class Numbered : NamedModule
        {
            public Numbered(Holder holder) : base(nameof(Numbered)) => register_module("1", holder);
        }

        private sealed class Holder : NamedModule
        {
            public Holder(Parameter weight) : base(nameof(Holder)) => register_parameter("weight", weight);
        }
    }
}
