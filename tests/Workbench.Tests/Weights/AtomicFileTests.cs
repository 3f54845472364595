using Workbench.Weights;
using Xunit;

namespace Workbench.Tests.Weights;

public sealed class AtomicFileTests
{
    [Fact]
    public void A_name_as_long_as_a_file_system_allows_can_be_written()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File(new string('a', 251) + ".png");
        AtomicFile.WriteText(path, "picture");
        Assert.Equal("picture", File.ReadAllText(path));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_write_that_fails_leaves_the_file_as_it_was_and_nothing_beside_it()
    {
        using var folder = new TemporaryFolder();
        var path = folder.WriteText("before", "a.txt");
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, _ => throw new InvalidOperationException()));
        Assert.Equal("before", File.ReadAllText(path));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }
}
