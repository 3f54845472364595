using TorchSharp;
using Workbench.Experiments;
using Workbench.Imaging;
using Workbench.Metrics;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Experiments;

public sealed class PurifierStudyTests
{
    private static readonly PurifierStudy Study = PurifierStudy.Smoke with { Chains = ["none", "gau(1)", "sr"], Config = TinyStudy.Config };

    [Fact]
    public void A_row_a_chain_protection_and_person_a_gallery_and_nothing_measured_twice()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var models = TinyStudy.Models(folder);
        var table = Study.Run(folder.Path, models, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(2 * 2 * 2, table.Rows.Count);
        Assert.Contains("sr: ", Assert.Single(table.LeftOut), StringComparison.Ordinal);
        Assert.All(table.Of("none", "photos: clean"), r => Assert.True(r[PurifierTable.Psnr].All(p => p == PurifierStudy.EqualPsnr) && r[PurifierTable.Ssim].All(v => v > 0.999)));
        Assert.All(table.Rows.Where(r => r.Group == "photos: encoder"), r => Assert.True(r[PurifierTable.Psnr].Max() < 60 && r[PurifierTable.Seconds].Count == 1));
        Assert.All(table.Rows, r => Assert.True(r[PurifierTable.Alignment].Count == 2 && r[PurifierTable.ReconstructedAlignment].Count == 2));
        Assert.NotEqual(table.Of("none", "photos: clean")[0][PurifierTable.Alignment], table.Of("gau(1)", "photos: clean")[0][PurifierTable.Alignment]);
        Assert.True(Study.Gallery(folder.Path, models, cancellationToken: TestContext.Current.CancellationToken).Width > 8 * 16);
        var files = Directory.GetFiles(Path.Combine(folder.Path, "rows"), "*.json").ToDictionary(f => f, File.GetLastWriteTimeUtc);
        Assert.Equal(8, files.Count);
        var again = Study.Run(folder.Path, models, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(StudyTableText.Markdown(table), StudyTableText.Markdown(again));
        Assert.All(files, f => Assert.Equal(f.Value, File.GetLastWriteTimeUtc(f.Key)));
    }

    [Fact]
    public void Metrics_of_ones_own_become_columns()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var study = Study with { Subjects = 1, Protections = ["clean"], Metrics = [new Ssim()] };
        var table = study.Run(folder.Path, TinyStudy.Models(folder), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(new Ssim().Name, table.Columns[0].Name);
        Assert.Equal(table.Mean("gau(1)", PurifierTable.Ssim, "photos: clean"), table.Mean("gau(1)", new Ssim().Name, "photos: clean"));
    }

    [Fact]
    public void Rows_of_a_metric_with_other_weights_or_settings_are_measured_anew()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var models = TinyStudy.Models(folder);
        StudyTable Table(IMetric metric) => (Study with { Subjects = 1, Chains = ["gau(1)"], Protections = ["clean"], Metrics = [metric] })
            .Run(folder.Path, models, cancellationToken: TestContext.Current.CancellationToken);
        double? Mean(StudyTable table, string name) => table.Mean("gau(1)", name, "photos: clean")?.Mean;
        using Scaled one = new(1), two = new(2);
        var first = Mean(Table(one), "scaled");
        Assert.NotEqual(first, Mean(Table(two), "scaled"));
        Assert.Equal(2, two.Asked + one.Asked);
        Assert.Equal(first, Mean(Table(one), "scaled"));
        Assert.NotEqual(Mean(Table(new Ssim()), "SSIM"), Mean(Table(new Ssim(SsimWindow.Uniform)), "SSIM"));
    }

    [Fact]
    public void Unknown_protections_and_chains_are_refused_before_anything_runs()
    {
        Assert.Throws<ArgumentException>(() => (Study with { Protections = ["glass"] }).Run("nowhere", null!));
        using var folder = new TemporaryFolder();
        Assert.Contains("no purifier 'polish'", Assert.Throws<ArgumentException>(
            () => (Study with { Chains = ["polish"] }).Run(folder.Path, TinyStudy.Models(folder))).Message, StringComparison.Ordinal);
    }

    /// <summary>A network of one weight, as metrics are that come with weights of one's own: the weight times the mean of a picture.</summary>
    private sealed class Scaled : nn.Module, IMetric
    {
        private readonly TorchSharp.Modules.Parameter weight;

        public Scaled(float value) : base(nameof(Scaled)) => register_parameter("weight", weight = nn.Parameter(tensor(value)));

        public int Asked { get; private set; }

        public string Name => "scaled";

        public MetricDirection Direction => MetricDirection.HigherIsBetter;

        public MetricKind Kind => MetricKind.FullReference;

        public (double Low, double High) Range => (double.NegativeInfinity, double.PositiveInfinity);

        public IReadOnlyList<double> Score(ImageBatch images, ImageBatch? references = null)
        {
            Asked++;
            return [.. Enumerable.Range(0, images.Count).Select(i => (weight * images.Unit[i].mean()).item<float>() * 1.0)];
        }
    }
}
