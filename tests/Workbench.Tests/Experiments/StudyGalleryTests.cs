using TorchSharp;
using Workbench.Experiments;
using Workbench.Imaging;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Experiments;

public sealed class StudyGalleryTests
{
    [Fact]
    public void Shows_a_row_a_condition_and_nothing_where_pictures_are_missing()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var grid = new ScenarioGrid(folder.Path, [TinyStudy.Clean, TinyStudy.Protected, TinyStudy.Decoupled], TinyStudy.Config);
        grid.Run(TinyStudy.Models(folder), cancellationToken: TestContext.Current.CancellationToken);
        var target = Path.Combine(folder.Path, "sheets");

        Assert.False(StudyGallery.Write(folder.Path, target, budgetLevels: 16));
        Assert.False(Directory.Exists(target));
        Assert.True(StudyGallery.Write(folder.Path, target));
        RgbImage photos = ImageCodec.Load(Path.Combine(target, "photos.png")), drawn = ImageCodec.Load(Path.Combine(target, "generations.png"));
        RgbImage two = ContactSheet.Compose(Cells(2), 2, Labels(2)), three = ContactSheet.Compose(Cells(3), 1, Labels(3)), four = ContactSheet.Compose(Cells(4), 1, Labels(4));
        // The person, then three conditions, two pictures each; photos clean and protected, and their difference.
        Assert.Equal((two.Width, four.Height), (drawn.Width, drawn.Height));
        Assert.Equal((two.Width, three.Height), (photos.Width, photos.Height));
    }

    [Fact]
    public void A_label_may_fill_the_room_of_unlabelled_neighbours()
    {
        RgbImage[] cells = [.. Enumerable.Repeat(new RgbImage(16, 16), 3)];
        var narrow = ContactSheet.Compose(cells, 3, ["a long label", "b", ""], 1);
        var wide = ContactSheet.Compose(cells, 3, ["a long label", "", ""], 1);
        int Ink(RgbImage sheet) => Enumerable.Range(0, sheet.Width).Count(x => Enumerable.Range(20, sheet.Height - 20).Any(y => sheet[x, y] == (0, 0, 0)));
        Assert.True(Ink(wide) > Ink(narrow));
    }

    private static RgbImage[] Cells(int count) => [.. Enumerable.Repeat(new RgbImage(Side, Side), count)];

    private static string[] Labels(int count) => [.. Enumerable.Repeat("x", count)];

    private const int Side = 32;
}
