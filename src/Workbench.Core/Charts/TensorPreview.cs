using System.Net;
using TorchSharp;
using Workbench.Imaging;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Charts;

/// <summary>A tensor at a glance: shape, type, range, and its pictures or its first numbers.</summary>
internal static class TensorPreview
{
    private const int MaxRows = 6;
    private const int MaxColumns = 8;
    private const int MaxPictures = 8;

    /// <summary>One line: shape, type, device, range.</summary>
    public static string Line(Tensor value) => value.IsInvalid ? "Tensor (disposed)" : $"{Head(value)}{Range(Statistics(value))}";

    /// <summary>The line, and the first numbers.</summary>
    public static string Text(Tensor value) => Numbers(value) is { } table ? $"{Line(value)}\n{Body(table)}" : Line(value);

    /// <summary>The line, and the pictures or the first numbers.</summary>
    public static string Html(Tensor value)
    {
        if (value.IsInvalid) return "<code>Tensor (disposed)</code>";
        var range = Statistics(value);
        var line = WebUtility.HtmlEncode(Head(value) + Range(range));
        if (IsPictures(value, range))
        {
            var signed = range!.Value.Min < -1e-3;
            using var batch = Pictures(value, signed);
            var all = value.dim() == 3 ? 1 : value.shape[0];
            var note = $", shown as [{(signed ? "-1" : "0")}, 1]{(all > batch.Count ? $", {batch.Count} of {all}" : "")}";
            return $"<div><code>{line}</code>{note}<br>{batch.ToMimeBundle()["text/html"]}</div>";
        }

        if (Numbers(value) is not { } numbers) return $"<code>{line}</code>";
        var rows = numbers.Select(row => $"<tr>{string.Concat(row.Select(cell => $"<td style=\"text-align: right\">{WebUtility.HtmlEncode(cell)}</td>"))}</tr>");
        return $"<div><code>{line}</code><table>{string.Concat(rows)}</table></div>";
    }

    private static string Head(Tensor value) => $"Tensor [{string.Join(", ", value.shape)}] {value.dtype}{(value.device_type == DeviceType.CPU ? "" : $" {value.device}")}";

    private static string Range((double Min, double Mean, double Max, long Odd)? range) => range is not { } r ? "" :
        $", min {ShortNumber.Format(r.Min)}, mean {ShortNumber.Format(r.Mean)}, max {ShortNumber.Format(r.Max)}{(r.Odd > 0 ? $", {r.Odd} not finite" : "")}";

    private static bool HasNumbers(Tensor value) => !value.is_complex() && !value.is_sparse && value.device_type != DeviceType.META && value.numel() > 0;

    private static (double Min, double Mean, double Max, long Odd)? Statistics(Tensor value)
    {
        if (value.IsInvalid || !HasNumbers(value)) return null;
        using var guard = no_grad();
        return TensorScope.Value(() =>
        {
            var numbers = value.detach().to(ScalarType.Float64, torch.CPU).flatten();
            var finite = numbers.masked_select(numbers.isfinite());
            var odd = numbers.numel() - finite.numel();
            return finite.numel() == 0
                ? (double.NaN, double.NaN, double.NaN, odd)
                : (finite.min().item<double>(), finite.mean().item<double>(), finite.max().item<double>(), odd);
        });
    }

    private static bool IsPictures(Tensor value, (double Min, double Mean, double Max, long Odd)? range) =>
        value.dim() is 3 or 4 && value.shape[^3] == 3 && value.shape[^1] >= 8 && value.shape[^2] >= 8 && value.shape[0] > 0
        && value.is_floating_point() && range is { Odd: 0, Min: >= -1.01, Max: <= 1.01 };

    private static ImageBatch Pictures(Tensor value, bool signed)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var shown = value.dim() == 3 ? value : value.narrow(0, 0, Math.Min(value.shape[0], MaxPictures));
        return signed ? ImageBatch.FromSigned(shown) : ImageBatch.FromUnit(shown);
    }

    /// <summary>The first rows and columns of the first matrix in the tensor, with "…" where there is more.</summary>
    private static List<string[]>? Numbers(Tensor value)
    {
        if (value.IsInvalid || !HasNumbers(value)) return null;
        using var guard = no_grad();
        var (corner, width) = TensorScope.Value(() =>
        {
            var matrix = value.detach();
            while (matrix.dim() > 2) matrix = matrix[0];
            if (matrix.dim() < 2) matrix = matrix.reshape(1, -1);
            var part = matrix.narrow(0, 0, Math.Min(matrix.shape[0], MaxRows)).narrow(1, 0, Math.Min(matrix.shape[1], MaxColumns));
            return (part.to(ScalarType.Float64, torch.CPU).contiguous().data<double>().ToArray(), (int)part.shape[1]);
        });
        var (rows, columns) = (value.dim() > 1 ? value.shape[^2] : 1, value.dim() > 0 ? value.shape[^1] : 1);
        string[] more = columns > width ? ["…"] : [];
        var lines = corner.Chunk(width).Select(row => (string[])[.. row.Select(ShortNumber.Format), .. more]).ToList();
        if (rows > lines.Count) lines.Add(["…"]);
        return lines;
    }

    private static string Body(List<string[]> table)
    {
        var width = table.Max(row => row.Max(cell => cell.Length));
        return string.Join('\n', table.Select(row => string.Join(' ', Array.ConvertAll(row, cell => cell.PadLeft(width)))));
    }
}
