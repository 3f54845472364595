using TorchSharp;
using Workbench.Imaging;
using Workbench.Metrics;
using Workbench.Models.Identity;
using Xunit;

namespace Workbench.Tests.Metrics;

public class IdentitySimilarityTests
{
    // Embeds a picture as the direction of its first pixel's red and green.
    private sealed class ColourEncoder : IIdentityEncoder
    {
        public torch.Tensor Embed(torch.Tensor signedPixels)
        {
            var colour = (signedPixels.narrow(1, 0, 2).select(3, 0).select(2, 0) + 1) / 2;
            return colour / colour.square().sum(1, keepdim: true).sqrt();
        }
    }

    [Fact]
    public void The_score_is_the_mean_cosine_to_all_references()
    {
        using var images = ImageBatch.FromImages([new RgbImage(4, 4, (255, 0, 0)), new RgbImage(4, 4, (100, 100, 0))]);
        using var references = ImageBatch.FromImages([new RgbImage(4, 4, (200, 0, 0)), new RgbImage(4, 4, (0, 9, 0))]);
        var scores = new IdentitySimilarity(new ColourEncoder()).Score(images, references);
        Assert.Equal(0.5, scores[0], 1e-6);
        Assert.Equal(Math.Sqrt(0.5), scores[1], 1e-6);
        Assert.Equal([1.0, -1.0], new IdentitySimilarity(new ColourEncoder()) { DistanceThreshold = 0.2 }.Score(images, references), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void The_threshold_rule_keeps_near_references_and_punishes_none()
    {
        // Distances {.1, .5} and {.5, .6}, threshold .40.
        Assert.Equal(0.9, IdentitySimilarity.Aggregate([0.9, 0.5], IdentitySimilarity.VggFaceThreshold), 12);
        Assert.Equal(-1, IdentitySimilarity.Aggregate([0.5, 0.4], IdentitySimilarity.VggFaceThreshold));
        Assert.Equal(0.45, IdentitySimilarity.Aggregate([0.5, 0.4], null), 12);
    }
}
