using TorchSharp;
using Workbench.Weights;
using Xunit;

namespace Workbench.Tests.Goldens;

public sealed class GoldenCaseTests
{
    [Theory]
    [MemberData(nameof(GoldenCase.All), "clip_text|vae_|unet_", MemberType = typeof(GoldenCase))]
    public void Every_tensor_of_a_case_has_the_shape_that_its_meta_file_states(GoldenCase golden)
    {
        var meta = ModelConfigFile.ReadObject(golden.File("meta.json"))["io"]!.AsObject();
        Assert.Equal(meta.Select(pair => pair.Key).Order(StringComparer.Ordinal), golden.Io.Keys);
        foreach (var (key, entry) in meta)
        {
            using var tensor = golden.Io[key];
            Assert.Equal(entry![1]!.AsArray().Select(size => size!.GetValue<long>()), tensor.shape);
        }
    }

    [Fact]
    public void A_kind_without_cases_becomes_one_skipped_row_with_the_reason()
    {
        var row = Assert.Single(GoldenCase.All("no_such_kind_"));
        Assert.Contains("No golden case no_such_kind_*", row.Skip, StringComparison.Ordinal);
    }

    [Fact]
    public void A_named_case_that_is_absent_skips_the_test()
    {
        string? message = null;
        try
        {
            GoldenCase.Named("no_such_case");
        }
        catch (Exception e)
        {
            // Assert.Throws would pass the skip on.
            message = e.Message;
        }
        Assert.Contains("No golden case no_such_case", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Close_measures_the_largest_difference_against_the_largest_expected_value()
    {
        using var expected = torch.tensor(new float[] { 0, -10, 5 });
        using var actual = torch.tensor(new float[] { 0.1f, -10, 5 });
        Assert.Equal(0.01, GoldenAssert.Close(actual, expected, 0.0101), 6);
        Assert.ThrowsAny<Exception>(() => GoldenAssert.Close(actual, expected, 0.0099));
        Assert.ThrowsAny<Exception>(() => GoldenAssert.CloseAbsolute(actual, expected, 0.09));
    }

    [Fact]
    public void Close_refuses_other_shapes_and_values_that_are_not_finite()
    {
        using var expected = torch.ones(2);
        using var reshaped = torch.ones(2, 1);
        using var broken = torch.tensor(new[] { 1f, float.NaN });
        Assert.ThrowsAny<Exception>(() => GoldenAssert.Close(reshaped, expected, 1));
        Assert.ThrowsAny<Exception>(() => GoldenAssert.Close(broken, expected, 1));
    }

    [Fact]
    public void The_project_carries_no_CLIP_vocabulary_and_at_most_25_MB_of_goldens()
    {
        var root = GoldenCase.Ancestors().Select(folder => Path.Combine(folder, "tests", "golden")).FirstOrDefault(Directory.Exists);
        Assert.SkipWhen(root is null, "tests/golden is not beside the test assembly.");
        var files = Directory.GetFiles(root!, "*", SearchOption.AllDirectories);
        Assert.DoesNotContain(files, file => Path.GetFileName(file) is "vocab.json" or "merges.txt");
        Assert.InRange(files.Sum(file => new FileInfo(file).Length), 1_000_000, 25_000_000);
    }
}
