using Workbench.Imaging;
using Xunit;

namespace Workbench.Tests.Imaging;

public sealed class PicturesAtOnceTests
{
    [Theory]
    [InlineData(16, 16, 16, 16)]
    [InlineData(64, 64, 16, 16)]
    [InlineData(64, 64, 8, 8)]
    [InlineData(64, 128, 16, 8)]
    [InlineData(128, 128, 16, 4)]
    [InlineData(512, 512, 16, 1)]
    [InlineData(4096, 4096, 16, 1)]
    public void Small_pictures_go_together_and_large_ones_alone(int height, int width, int most, int expected) =>
        Assert.Equal(expected, PicturesAtOnce.Of(height, width, most));
}
