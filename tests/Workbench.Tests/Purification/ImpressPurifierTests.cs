using TorchSharp;
using Workbench.Imaging;
using Workbench.Purification;
using Workbench.Tensors;
using Workbench.Tests.Imaging;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Purification;

public sealed class ImpressPurifierTests
{
    [Fact]
    public void The_result_is_closer_to_what_the_autoencoder_makes_of_it()
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var purifier = new ImpressPurifier(PurifierContractTests.Autoencoder(), null, new ImpressOptions { Iterations = 40, StartNoise = 0, DistanceWeight = 0 });
        using var images = ImageBatch.FromImages([Pictures.Noise(16, 16, 2)]);
        using var result = purifier.Purify(images, new Seed(0));
        Assert.True(purifier.Inconsistency(result.ToSigned()).ToDouble() < 0.8 * purifier.Inconsistency(images.ToSigned()).ToDouble());
    }

    [Fact]
    public void Sides_that_the_autoencoder_cannot_halve_are_padded_and_cut_back()
    {
        using var scope = NewDisposeScope();
        using var images = ImageBatch.FromImages([Pictures.Gradient(17, 13)]);
        using var result = new ImpressPurifier(PurifierContractTests.Autoencoder(), null, new ImpressOptions { Iterations = 2 }).Purify(images, new Seed(0));
        Assert.Equal((17, 13), (result.Width, result.Height));
    }

    [Fact]
    public void A_heavy_weight_holds_the_result_at_the_bound()
    {
        using var scope = NewDisposeScope();
        using var images = ImageBatch.FromImages([Pictures.Noise(16, 16, 2)]);
        double Moved(double weight)
        {
            var options = new ImpressOptions { Iterations = 40, StartNoise = 0, DistanceWeight = weight, DistanceBound = 0.05 };
            using var result = new ImpressPurifier(PurifierContractTests.Autoencoder(), null, options).Purify(images, new Seed(0));
            return TensorScope.Value(() => (result.ToSigned() - images.ToSigned()).pow(2).mean().sqrt().ToDouble());
        }
        Assert.InRange(Moved(100), 0.01, 0.07);
        Assert.True(Moved(0) > Moved(100));
    }

    [Fact]
    public void The_distance_given_is_the_distance_used()
    {
        using var images = ImageBatch.FromImages([Pictures.Noise(16, 16, 2)]);
        var calls = 0;
        Tensor Distance(Tensor a, Tensor b)
        {
            calls++;
            return (a - b).abs().mean();
        }
        using var result = new ImpressPurifier(PurifierContractTests.Autoencoder(), Distance, new ImpressOptions { Iterations = 4 }).Purify(images, new Seed(0));
        Assert.Equal(4, calls);
    }
}
