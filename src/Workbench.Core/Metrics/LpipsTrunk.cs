using System.Globalization;
using TorchSharp;
using TorchSharp.Modules;
using Workbench.Models;
using static TorchSharp.torch;

namespace Workbench.Metrics;

/// <summary>The convolutional part of torchvision's AlexNet or VGG-16, cut into five slices whose outputs LPIPS compares.</summary>
/// <remarks>State-dict keys are those of the <c>lpips</c> package: <c>slice1.0.weight</c>, where 0 is the layer's place in torchvision's <c>features</c>.</remarks>
internal sealed class LpipsTrunk : NamedModule<Tensor, IReadOnlyList<Tensor>>
{
    private readonly List<Sequential> slices = [];

    public LpipsTrunk(LpipsNet net) : base(nameof(LpipsTrunk))
    {
        var layer = 0;
        foreach (var layers in net is LpipsNet.Alex ? Alex() : Vgg())
        {
            // Layers keep torchvision's running number as their name.
            var slice = nn.Sequential([.. layers.Select(module => (Name(layer++), module))]);
            register_module($"slice{slices.Count + 1}", slice);
            slices.Add(slice);
        }
    }

    /// <summary>Channels of the five feature maps.</summary>
    public static IReadOnlyList<int> Channels(LpipsNet net) => net is LpipsNet.Alex ? [64, 192, 384, 256, 256] : [64, 128, 256, 512, 512];

    /// <summary>Where layer <paramref name="layer"/> of torchvision's <c>features</c> lies: 3 is <c>slice2.3</c> in AlexNet.</summary>
    public static string FromTorchvision(LpipsNet net, int layer)
    {
        int[] firstLayers = net is LpipsNet.Alex ? [0, 2, 5, 8, 10] : [0, 4, 9, 16, 23];
        return $"slice{firstLayers.Count(first => first <= layer)}.{Name(layer)}";
    }

    /// <summary>Five feature maps of pictures [N, 3, H, W] that are already normalised.</summary>
    public override IReadOnlyList<Tensor> forward(Tensor input)
    {
        var features = new List<Tensor>(slices.Count);
        foreach (var slice in slices) features.Add(input = slice.call(input));
        return features;
    }

    private static IEnumerable<nn.Module<Tensor, Tensor>[]> Alex() =>
    [
        [new Models.Conv2d(3, 64, 11, stride: 4, padding: 2), nn.ReLU()],
        [nn.MaxPool2d(3, stride: 2), new Models.Conv2d(64, 192, 5, padding: 2), nn.ReLU()],
        [nn.MaxPool2d(3, stride: 2), new Models.Conv2d(192, 384, 3, padding: 1), nn.ReLU()],
        [new Models.Conv2d(384, 256, 3, padding: 1), nn.ReLU()],
        [new Models.Conv2d(256, 256, 3, padding: 1), nn.ReLU()],
    ];

    private static IEnumerable<nn.Module<Tensor, Tensor>[]> Vgg()
    {
        (int Convolutions, int Width)[] stages = [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)];
        var channels = 3;
        foreach (var (convolutions, width) in stages)
        {
            var layers = new List<nn.Module<Tensor, Tensor>>();
            if (channels > 3) layers.Add(nn.MaxPool2d(2));
            for (var i = 0; i < convolutions; i++)
            {
                layers.AddRange([new Models.Conv2d(channels, width, 3, padding: 1), nn.ReLU()]);
                channels = width;
            }
            yield return [.. layers];
        }
    }

    private static string Name(int layer) => layer.ToString(CultureInfo.InvariantCulture);
}
