using Workbench.Weights;
using Xunit;

namespace Workbench.Tests.Weights;

public sealed class FolderLockTests
{
    [Fact]
    public void A_lock_is_held_by_one_at_a_time_and_what_is_no_lock_is_an_error()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.lock");
        using (FolderLock.TryAcquire(path)!) Assert.Null(FolderLock.TryAcquire(path));
        using (var again = FolderLock.TryAcquire(path)) Assert.NotNull(again);
        // Waiting for this one would never end.
        var tooLong = folder.File(new string('x', 300) + ".lock");
        Assert.ThrowsAny<IOException>(() => FolderLock.TryAcquire(tooLong));
    }
}
