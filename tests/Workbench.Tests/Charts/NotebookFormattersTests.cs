using Microsoft.Data.Analysis;
using Microsoft.DotNet.Interactive.Formatting;
using SkiaSharp;
using TorchSharp;
using Workbench.Charts;
using Workbench.Imaging;
using Workbench.Kernel.Display;
using Xunit;

namespace Workbench.Tests.Charts;

public sealed class NotebookFormattersTests
{
    public NotebookFormattersTests() => NotebookFormatters.Register();

    [Fact]
    public void Registering_twice_registers_once()
    {
        var before = Formatter.RegisteredFormatters(false).Count();
        NotebookFormatters.Register();
        Assert.Equal(before, Formatter.RegisteredFormatters(false).Count());
    }

    [Fact]
    public void Tensors_show_shape_type_range_and_first_numbers()
    {
        using var value = torch.arange(24, dtype: torch.ScalarType.Float32).reshape(2, 3, 4);
        var html = value.ToDisplayString("text/html");
        Assert.Contains("[2, 3, 4] Float32", html, StringComparison.Ordinal);
        Assert.Contains("min 0, mean 11.5, max 23", html, StringComparison.Ordinal);
        Assert.Contains(">11</td>", html, StringComparison.Ordinal);
        Assert.DoesNotContain(">12</td>", html, StringComparison.Ordinal);
        Assert.StartsWith("Tensor [2, 3, 4] Float32, min 0", value.ToDisplayString("text/plain"), StringComparison.Ordinal);
    }

    [Fact]
    public void Tensors_of_every_kind_have_a_line()
    {
        using var scope = torch.NewDisposeScope();
        var gone = torch.zeros(1);
        gone.Dispose();
        torch.Tensor[] values = [gone, torch.zeros(0, 3), torch.tensor(true), torch.tensor(5L), torch.tensor(new[] { 1f, float.NaN }), torch.zeros(2, torch.ScalarType.ComplexFloat32), torch.zeros(3, torch.ScalarType.BFloat16)];
        Assert.All(values, v => Assert.StartsWith("Tensor ", v.ToDisplayString("text/plain"), StringComparison.Ordinal));
        Assert.All(values, v => Assert.Contains("Tensor ", v.ToDisplayString("text/html"), StringComparison.Ordinal));
        Assert.Contains("1 not finite", values[4].ToDisplayString("text/plain"), StringComparison.Ordinal);
    }

    [Fact]
    public void Formatting_a_tensor_leaves_no_tensor_behind_and_keeps_the_value()
    {
        using var scope = torch.NewDisposeScope();
        var (pictures, numbers) = (torch.full([2, 3, 16, 16], 0.5f), torch.zeros(2, 2, 2));
        foreach (var value in new[] { pictures, numbers }) _ = value.ToDisplayString("text/html") + value.ToDisplayString("text/plain");
        Assert.False(pictures.IsInvalid);
        Assert.Equal(2, scope.DisposablesCount);
    }

    [Theory]
    [InlineData(0, "shown as [0, 1]")]
    [InlineData(-1, "shown as [-1, 1]")]
    public void Tensors_of_pictures_show_the_pictures(float low, string range)
    {
        using var pictures = torch.linspace(low, 1, 2 * 3 * 16 * 16).reshape(2, 3, 16, 16);
        var html = pictures.ToDisplayString("text/html");
        Assert.Contains("data:image/png;base64,", html, StringComparison.Ordinal);
        Assert.Contains(range, html, StringComparison.Ordinal);
    }

    [Fact]
    public void Latents_are_numbers_and_not_pictures()
    {
        using var latents = torch.zeros(1, 4, 16, 16);
        Assert.DoesNotContain("<img", latents.ToDisplayString("text/html"), StringComparison.Ordinal);
    }

    [Fact]
    public void Data_frames_show_rounded_escaped_rows_up_to_a_hundred()
    {
        var frame = new DataFrame(
            new StringDataFrameColumn("<b>name</b>", Enumerable.Range(0, 120).Select(i => i == 0 ? Samples.Hostile : $"row {i}")),
            new DoubleDataFrameColumn("score", Enumerable.Range(0, 120).Select(i => i == 1 ? null : (double?)(i + 1.0 / 3))));
        var html = frame.ToDisplayString("text/html");
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", html, StringComparison.Ordinal);
        Assert.Contains(">0.3333</td>", html, StringComparison.Ordinal);
        Assert.Contains("row 99<", html, StringComparison.Ordinal);
        Assert.DoesNotContain("row 100<", html, StringComparison.Ordinal);
        Assert.Contains("100 of 120 rows", html, StringComparison.Ordinal);
        Assert.Contains("row 2", frame.ToDisplayString("text/plain"), StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_are_shown_as_png()
    {
        using var bitmap = new SKBitmap(4, 4);
        using var batch = ImageBatch.FromImages([new RgbImage(4, 4, (255, 0, 0))]);
        object[] values = [bitmap, batch, batch.Image(0), Gallery.Show(("red", batch))];
        Assert.All(values, v => Assert.Contains("data:image/png;base64,iVBOR", v.ToDisplayString("text/html"), StringComparison.Ordinal));
        Assert.All(values, v => Assert.DoesNotContain('\n', v.ToDisplayString("text/plain")));
    }

    [Fact]
    public void Charts_go_out_as_plotly_figure_with_html_beside_it_in_either_host()
    {
        var chart = Samples.Of("bars");
        Assert.Equal(["application/vnd.plotly.v1+json", "text/html"], Formatter.GetPreferredMimeTypesFor(typeof(Chart)));
        Assert.Equal(chart.ToHtml(), chart.ToDisplayString("text/html"));
        Assert.Equal(chart.ToSvg(), MimeFormatter.Format(chart)["image/svg+xml"]);
    }
}
