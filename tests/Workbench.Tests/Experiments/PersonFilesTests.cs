using Workbench.Experiments;
using Xunit;

namespace Workbench.Tests.Experiments;

public sealed class PersonFilesTests
{
    [Fact]
    public async Task Two_that_work_in_one_folder_share_the_people_and_both_end_when_all_are_done()
    {
        using var temporary = new TemporaryFolder();
        var made = new List<(char By, int Subject)>();
        using var firstIsBusy = new SemaphoreSlim(0);
        using var secondHasWorked = new SemaphoreSlim(0);
        Task Work(char by, Action<int> also) => Task.Run(() => new PersonFiles(temporary.Path, "settings").Make([0, 1, 2], subject =>
        {
            also(subject);
            File.WriteAllText(Path.Combine(temporary.Path, $"subject{subject}.json"), by.ToString());
            lock (made) made.Add((by, subject));
        }, TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);

        var first = Work('a', subject =>
        {
            if (subject > 0) return;
            firstIsBusy.Release();
            secondHasWorked.Wait(TestContext.Current.CancellationToken);
        });
        await firstIsBusy.WaitAsync(TestContext.Current.CancellationToken);
        var second = Work('b', subject =>
        {
            if (subject == 2) secondHasWorked.Release();
        });
        await Task.WhenAll(first, second);
        Assert.Equal([('a', 0), ('b', 1), ('b', 2)], made.OrderBy(m => m.Subject));
    }

    [Fact]
    public void A_person_whose_making_failed_is_made_again()
    {
        using var temporary = new TemporaryFolder();
        var files = new PersonFiles(temporary.Path, "settings");
        void Write(int subject) => File.WriteAllText(files.Of(subject), "{}");
        Assert.Throws<OperationCanceledException>(() => files.Make([0], subject =>
        {
            Write(subject);
            throw new OperationCanceledException();
        }, TestContext.Current.CancellationToken));
        Assert.Empty(files.Done());
        files.Make([0], Write, TestContext.Current.CancellationToken);
        Assert.Equal([files.Of(0)], files.Done());
    }
}
