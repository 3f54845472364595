using System.Diagnostics;
using System.Reflection;
using TorchSharp;
using Workbench.Tensors;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Tensors;

public sealed class TorchLifetimesTests
{
    [Fact]
    public void The_TorchSharp_of_this_process_keeps_its_arguments()
    {
        var flags = typeof(torch).Assembly.GetCustomAttribute<DebuggableAttribute>();
        Assert.True(flags!.IsJITOptimizerDisabled);
    }

    [Fact]
    public void Numbers_reach_a_call_while_garbage_is_collected()
    {
        using var stop = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        try
        {
            using var guard = no_grad();
            using var x = zeros(64);
            for (var i = 0; i < 20_000; i++)
            {
                x.fill_(1.0);
                x.mul_(3.25).add_(0.5).div_(2.0);
                if (i % 100 == 0) Assert.Equal(1.875f, x.mean().item<float>());
            }
        }
        finally
        {
            stop.Cancel();
            collector.Join();
        }
    }

    [Fact]
    public void The_flags_are_set_once_and_nothing_else_changes()
    {
        var before = Optimized();
        var image = before.ToArray();
        Assert.True(TorchLifetimes.AskForUnoptimized(image));
        var changed = Enumerable.Range(0, image.Length).Where(i => image[i] != before[i]).ToList();
        Assert.InRange(changed.Count, 1, 2);
        Assert.InRange(changed[^1] - changed[0], 0, 1);
        Assert.False(TorchLifetimes.AskForUnoptimized(image));
    }

    [Fact]
    public void A_folder_gets_its_copy_and_what_is_linked_to_the_same_file_does_not()
    {
        using var temp = new TemporaryFolder();
        var (original, link) = (Path.Combine(temp.Path, "package.dll"), Path.Combine(temp.Path, "TorchSharp.dll"));
        File.WriteAllBytes(original, Optimized());
        File.CreateSymbolicLink(link, original);

        Assert.True(TorchLifetimes.EnsureKept(temp.Path));
        Assert.False(TorchLifetimes.EnsureKept(temp.Path));
        Assert.Equal(Optimized(), File.ReadAllBytes(original));
        Assert.NotEqual(Optimized(), File.ReadAllBytes(link));
        Assert.Equal(2, Directory.GetFiles(temp.Path).Length);
    }

    [Fact]
    public void A_folder_without_the_assembly_is_left_alone()
    {
        using var temp = new TemporaryFolder();
        Assert.False(TorchLifetimes.EnsureKept(temp.Path));
        Assert.False(TorchLifetimes.EnsureKept(""));
        Assert.Empty(Directory.GetFileSystemEntries(temp.Path));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4096)]
    [InlineData(200_000)]
    public void What_is_not_an_assembly_or_cut_is_refused_by_name(int length)
    {
        var cut = Optimized()[..length];
        Assert.Contains("TorchSharp.dll", Assert.Throws<InvalidDataException>(() => TorchLifetimes.AskForUnoptimized(cut)).Message, StringComparison.Ordinal);
    }

    /// <summary>The assembly as its makers ship it: the copy beside the tests is changed.</summary>
    private static byte[] Optimized()
    {
        var image = File.ReadAllBytes(typeof(torch).Assembly.Location);
        ReadOnlySpan<byte> asked = [8, 1, 0, 3, 1, 0, 0, 0, 0], shipped = [8, 1, 0, 2, 0, 0, 0, 0, 0];
        var at = image.AsSpan().IndexOf(asked);
        Assert.True(at > 0);
        shipped.CopyTo(image.AsSpan(at));
        return image;
    }
}
