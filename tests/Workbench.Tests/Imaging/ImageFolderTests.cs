using Workbench.Imaging;
using Xunit;

namespace Workbench.Tests.Imaging;

public sealed class ImageFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_folder_is_the_same_through_links_of_its_own_and_of_its_parents()
    {
        Directory.CreateDirectory(folder.File("real", "photos"));
        Links.Create(folder.File("one"), folder.File("real", "photos"));
        Links.Create(folder.File("two"), "one"); // relative, and a link to a link
        Links.Create(folder.File("parent"), folder.File("real"));
        foreach (var other in new[] { "one", "two", Path.Combine("parent", "photos"), Path.Combine("real", "photos") + "/" })
            Assert.True(ImageFolder.IsSame(folder.File("real", "photos"), folder.File(other)), other);
        Assert.True(ImageFolder.IsSame(folder.File("real", "later"), folder.File("parent", "later"))); // neither exists
        Assert.False(ImageFolder.IsSame(folder.File("real"), folder.File("one")));
        Assert.False(ImageFolder.IsSame(folder.File("real", "photos"), folder.File("parent", "later")));
    }

    [Fact]
    public void A_folder_holds_the_files_in_it_and_those_that_links_lead_to()
    {
        Pictures.Noise(8, 8, 1).SavePng(folder.File("real", "a.png"));
        Links.Create(folder.File("links", "a.png"), folder.File("real", "a.png"));
        Assert.True(ImageFolder.Holds(folder.File("real"), folder.File("links", "a.png")));
        Assert.True(ImageFolder.Holds(folder.File("links"), folder.File("links", "a.png")));
        Assert.False(ImageFolder.Holds(folder.File("links"), folder.File("real", "a.png")));
    }

    [Fact]
    public void Links_in_a_circle_are_an_error_and_no_endless_walk()
    {
        Links.Create(folder.File("a"), Path.Combine("b", "inner"));
        Links.Create(folder.File("b"), "a");
        Assert.Contains("circle", Assert.Throws<IOException>(() => ImageFolder.IsSame(folder.File("a"), folder.File("c"))).Message, StringComparison.Ordinal);
    }
}
