using Workbench.Experiments;
using Workbench.Imaging;
using Xunit;

namespace Workbench.Tests.Experiments;

public sealed class PhotoDatasetTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Drawn portraits of the mini world in place of photos: a folder a person, three sets each.</summary>
    internal static void Write(string folder, params IReadOnlyList<string> people)
    {
        for (var person = 0; person < people.Count; person++)
        {
            using var photos = SubjectPhotos.OfMiniWorld(person, 3);
            PhotoDataset.Add(folder, people[person], photos);
        }
    }

    [Fact]
    public void People_are_counted_by_name_and_photos_are_fitted()
    {
        Write(folder.Path, "n2", "n1");
        Directory.CreateDirectory(folder.File("prior-data"));
        var dataset = new PhotoDataset(folder.Path, 32);
        Assert.Equal(["n1", "n2"], dataset.People);
        using var first = dataset.Photos(0, 2);
        using var all = dataset.Photos(0, 9);
        using var drawn = SubjectPhotos.OfMiniWorld(1, 3);
        Assert.Equal((2, 2, 3), (first.B.Count, first.C.Count, all.C.Count));
        foreach (var (own, read) in new[] { (drawn.A, first.A), (drawn.B, first.B), (drawn.C, first.C) })
            Assert.Equal(own.Image(0).FitSquare(32).Pixels, read.Image(0).Pixels);
        Assert.Contains("2 people", Assert.Throws<ArgumentException>(() => dataset.Photos(2, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_missing_is_named()
    {
        Assert.Contains("nowhere", Assert.Throws<DirectoryNotFoundException>(() => new PhotoDataset(folder.File("nowhere"), 64)).Message, StringComparison.Ordinal);
        Assert.Contains("set_A, set_B, set_C", Assert.Throws<InvalidDataException>(() => new PhotoDataset(folder.Path, 64)).Message, StringComparison.Ordinal);
        Write(folder.Path, "n1");
        Directory.Delete(folder.File("n1/set_C"), recursive: true);
        Assert.Contains("set_C", Assert.Throws<DirectoryNotFoundException>(() => new PhotoDataset(folder.Path, 64)).Message, StringComparison.Ordinal);
    }
}
