using System.Text.Json;
using Workbench.Imaging;
using Workbench.Tensors;
using Workbench.Worlds;
using Xunit;

namespace Workbench.Tests.Worlds;

public sealed class WorldFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("world").FullName;

    [Fact]
    public void ADatasetHoldsPicturesCaptionsAndParameters()
    {
        WorldFolder.WriteDataset(_folder, new Seed(4), 12, SampleMix.CleanPeople, cancellationToken: TestContext.Current.CancellationToken);
        var lines = File.ReadAllLines(Path.Combine(_folder, "captions.jsonl"));
        Assert.Equal(12, lines.Length);
        for (var i = 0; i < lines.Length; i++)
        {
            var line = JsonDocument.Parse(lines[i]).RootElement;
            var sample = WorldSampler.Sample(new Seed(4), i, SampleMix.CleanPeople);
            Assert.Equal(sample.Caption, line.GetProperty("caption").GetString());
            Assert.Equal(sample.Identity!.EyeSpacing, line.GetProperty("identity").GetProperty("eye_spacing").GetSingle(), 4);
            Assert.Equal(sample.Image.Pixels, ImageCodec.Load(Path.Combine(_folder, line.GetProperty("file").GetString()!)).Pixels);
        }
        Assert.Empty(Directory.GetFiles(_folder, "*.tmp"));
    }

    [Fact]
    public void ACancelledDatasetHasNoCaptionsFile()
    {
        using var source = new CancellationTokenSource();
        var progress = new CancelAt(source, 3);
        Assert.Throws<OperationCanceledException>(() => WorldFolder.WriteDataset(_folder, new Seed(4), 50, SampleMix.Default, progress, source.Token));
        Assert.Equal(3, Directory.GetFiles(_folder, "*.png").Length);
        Assert.False(File.Exists(Path.Combine(_folder, "captions.jsonl")));
        Assert.Empty(Directory.GetFiles(_folder, "*.tmp"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private sealed class CancelAt(CancellationTokenSource source, int limit) : IProgress<int>
    {
        public void Report(int value)
        {
            if (value == limit) source.Cancel();
        }
    }
}
