using TorchSharp;
using Workbench.Imaging;
using Workbench.Metrics;
using Workbench.Tests.Goldens;
using Xunit;

namespace Workbench.Tests.Metrics;

public class BrisqueTests
{
    // Positions of the shape parameters: one Gaussian, then four asymmetric ones, at both sizes.
    private static readonly int[] Shapes = [0, 2, 6, 10, 14, 18, 20, 24, 28, 32];

    [Theory]
    [MemberData(nameof(GoldenCase.All), "metrics_brisque_features", MemberType = typeof(GoldenCase))]
    public void Features_agree_with_the_reference(GoldenCase golden)
    {
        foreach (var index in golden.Io.Keys.Select(k => k.Split('.')[0]).Distinct())
        {
            using var scope = torch.NewDisposeScope();
            var unit = golden.Io[$"{index}.image"].to(torch.float64).div(255).permute(2, 0, 1).unsqueeze(0);
            var luma = BrisqueFeatures.Luma(unit);
            GoldenAssert.CloseAbsolute(luma, golden.Io[$"{index}.luma"], 1e-6, "luma");
            GoldenAssert.CloseAbsolute(BrisqueFeatures.Half(luma, BrisqueConvention.IqaPytorch), golden.Io[$"{index}.luma_half"], 1e-3, "half");
            GoldenAssert.CloseAbsolute(BrisqueFeatures.Normalize(luma, BrisqueConvention.IqaPytorch), golden.Io[$"{index}.mscn"], 1e-5, "normalised");
            var features = BrisqueFeatures.Of(unit)[0];
            var expected = golden.Io[$"{index}.features"].data<double>().ToArray();
            for (var i = 0; i < features.Length; i++)
            {
                var tolerance = Shapes.Contains(i) ? 0.002 : 0.01 * Math.Abs(expected[i]);
                Assert.True(Math.Abs(features[i] - expected[i]) <= tolerance, $"feature {i} of picture {index}: {features[i]}, expected {expected[i]}");
            }
            var scaled = BrisqueModel.Scale(expected, BrisqueModel.PublishedRanges);
            GoldenAssert.CloseAbsolute(torch.tensor(scaled).view(1, 36), golden.Io[$"{index}.scaled_features"], 1e-5, "scaled");
        }
    }

    [Theory]
    [InlineData(0, 5.1359)]
    [InlineData(1, 19.7806)]
    public void Scores_agree_with_OpenCV_where_its_data_files_are_installed(int picture, double expected)
    {
        var golden = GoldenCase.Named("metrics_brisque_features");
        var folder = Environment.GetEnvironmentVariable("WORKBENCH_OPENCV_QUALITY") ?? "/usr/share/opencv4/quality";
        Assert.SkipUnless(Directory.Exists(folder), $"No OpenCV quality data in {folder}: install opencv-data or set WORKBENCH_OPENCV_QUALITY.");
        using var scope = torch.NewDisposeScope();
        using var images = ImageBatch.FromUnit(golden.Io[$"{picture}.image"].to(torch.float32).div(255).permute(2, 0, 1));
        var model = BrisqueModel.Load(Path.Combine(folder, "brisque_model_live.yml"), Path.Combine(folder, "brisque_range_live.yml"));
        Assert.Equal(774, model.SupportVectorCount);
        Assert.Equal(expected, new Brisque(model).Score(images)[0], 0.5);
    }

    [Fact]
    public void The_regression_is_a_kernel_sum_minus_rho()
    {
        using var folder = new TemporaryFolder();
        var model = WriteModel(folder, "[ " + string.Join(", ", Enumerable.Repeat("0.5", 36)) + " ]", "2.0e+01");
        // Scaled features are all 0: distance 36·0.25 = 9 from the one support vector.
        Assert.Equal(20 * Math.Exp(-0.05 * 9) + 3, model.Score(Enumerable.Repeat(5.0, 36).ToArray()), 1e-12);
        Assert.Equal(1, model.SupportVectorCount);
    }

    [Fact]
    public void A_flat_picture_has_finite_features_and_damaged_files_are_named()
    {
        Assert.All(BrisqueFeatures.Of(torch.full(1, 3, 16, 16, 0.5))[0], f => Assert.True(double.IsFinite(f)));
        Assert.Throws<ArgumentException>(() => BrisqueFeatures.Of(torch.zeros(1, 3, 8, 8)));
        using var folder = new TemporaryFolder();
        var error = Assert.Throws<InvalidDataException>(() => WriteModel(folder, "[ 1., 2. ]", "1."));
        Assert.Contains("model.yml", error.Message, StringComparison.Ordinal);
    }

    internal static BrisqueModel WriteModel(TemporaryFolder folder, string vector, string alpha)
    {
        File.WriteAllText(folder.File("model.yml"), $"""
            opencv_ml_svm:
               kernel:
                  gamma: 5.0000000000000003e-02
               support_vectors:
                  - {vector}
               decision_functions:
                  -
                     rho: -3.
                     alpha: [ {alpha} ]

            """);
        File.WriteAllText(folder.File("range.yml"), $"data: [ {string.Join(", ", Enumerable.Repeat("0.", 36))}, {string.Join(", ", Enumerable.Repeat("10.", 36))} ]");
        return BrisqueModel.Load(folder.File("model.yml"), folder.File("range.yml"));
    }
}
