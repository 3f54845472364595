using TorchSharp;
using System.Globalization;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Imaging;

/// <summary>Some pictures of one size as a tensor, with the pixel range in the type: [0,1] here, [-1,1] only by <see cref="ToSigned"/>.</summary>
/// <remarks>
/// The batch owns its tensor: it outlives dispose scopes and is freed by <see cref="Dispose"/> or, when forgotten, by the collector.
/// </remarks>
/// <seealso href="notebooks/00-start-here.ipynb">Explained in notebook 00.</seealso>
public sealed class ImageBatch : IDisposable
{
    private readonly Tensor unit;

    private ImageBatch(Tensor owned) => unit = owned.DetachFromDisposeScope();

    /// <summary>[N, 3, H, W] float32, CPU, pixels in [0,1]. The batch's own tensor: read it, do not dispose or change it.</summary>
    public Tensor Unit => unit;

    /// <summary>Number of pictures.</summary>
    public int Count => (int)unit.shape[0];

    /// <summary>Rows of a picture.</summary>
    public int Height => (int)unit.shape[2];

    /// <summary>Columns of a picture.</summary>
    public int Width => (int)unit.shape[3];

    /// <summary>Copies pixels in [0,1]; values outside are clipped.</summary>
    /// <param name="unit">[N, 3, H, W] (or [3, H, W] for one picture) of any float type and device.</param>
    /// <exception cref="ArgumentException">Another shape, or a value that is not a number.</exception>
    public static ImageBatch FromUnit(Tensor unit) => Copy(unit, 1, 0);

    /// <summary>Copies pixels in [-1,1], as models use them; values outside are clipped.</summary>
    /// <param name="signed">[N, 3, H, W] (or [3, H, W] for one picture) of any float type and device.</param>
    /// <exception cref="ArgumentException">Another shape, or a value that is not a number.</exception>
    public static ImageBatch FromSigned(Tensor signed) => Copy(signed, 0.5, 0.5);

    /// <summary>Stacks pictures of one size.</summary>
    /// <exception cref="ArgumentException">There is no picture, or sizes differ.</exception>
    public static ImageBatch FromImages(IEnumerable<RgbImage> images)
    {
        var list = images as IReadOnlyList<RgbImage> ?? [.. images];
        if (list.Count == 0) throw new ArgumentException("Expected at least one picture.", nameof(images));
        var odd = list.FirstOrDefault(i => i.Width != list[0].Width || i.Height != list[0].Height);
        if (odd is not null) throw new ArgumentException($"All pictures need one size: got {list[0].Width}×{list[0].Height} and {odd.Width}×{odd.Height}. Resize them first.", nameof(images));
        if ((long)list.Count * list[0].Pixels.Length > Array.MaxLength)
            throw new ArgumentException($"{list.Count} pictures of {list[0].Width}×{list[0].Height} are more than a batch can hold ({Array.MaxLength / list[0].Pixels.Length}). Take fewer at a time, or smaller ones.", nameof(images));
        var bytes = new byte[list.Count * list[0].Pixels.Length];
        for (var i = 0; i < list.Count; i++) list[i].Pixels.CopyTo(bytes, i * list[0].Pixels.Length);
        return new ImageBatch(TensorScope.Inference(() =>
            tensor(bytes, [list.Count, list[0].Height, list[0].Width, 3]).permute(0, 3, 1, 2).to(ScalarType.Float32).contiguous() / 255f));
    }

    /// <summary>Reads pictures; with a <paramref name="size"/> each is fitted: shorter side resized (bilinear), middle square cut.</summary>
    /// <param name="files">Picture files, in the order wanted.</param>
    /// <param name="size">Side of the square, or null to keep the pictures as they are (then all need one size).</param>
    /// <exception cref="ArgumentException">Sizes differ, or a picture cannot be fitted; names the file.</exception>
    public static ImageBatch Load(IEnumerable<string> files, int? size = null)
    {
        var images = new List<RgbImage>();
        foreach (var file in files)
        {
            var image = ImageCodec.Load(file);
            try
            {
                images.Add(size is { } side ? image.FitSquare(side) : image);
            }
            catch (ArgumentException e)
            {
                throw new ArgumentException($"{file}: {e.Message}", nameof(files), e);
            }
            if (images[^1].Width != images[0].Width || images[^1].Height != images[0].Height)
                throw new ArgumentException($"{file} has {image.Width}×{image.Height} pixels, those before it have {images[0].Width}×{images[0].Height}: all need one size. Resize them first.", nameof(files));
        }
        return FromImages(images);
    }

    /// <summary>Reads all pictures of a folder in ordinal order of their names; see <see cref="Load(IEnumerable{string}, int?)"/>.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">The folder holds no picture.</exception>
    public static ImageBatch Load(string folder, int? size = null) => Load(ImageFolder.Files(folder), size);

    /// <summary>Pixels in [-1,1]: a fresh [N, 3, H, W] float32 tensor.</summary>
    public Tensor ToSigned() => TensorScope.Inference(() => unit * 2 - 1);

    /// <summary>Picture <paramref name="index"/> in 8 bits (rounded).</summary>
    public RgbImage Image(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        var bytes = TensorScope.Value(() => unit[index].permute(1, 2, 0).mul(255).add(0.5).floor().to(ScalarType.Byte).contiguous().data<byte>().ToArray());
        return new RgbImage(Width, Height, bytes);
    }

    /// <summary>All pictures in 8 bits.</summary>
    public IReadOnlyList<RgbImage> Images() => [.. Enumerable.Range(0, Count).Select(Image)];

    /// <summary>A copy of <paramref name="count"/> pictures from <paramref name="start"/> on.</summary>
    public ImageBatch Slice(int start, int count) => new(TensorScope.Inference(() => unit.narrow(0, start, count).clone()));

    /// <summary>A copy of the pictures at <paramref name="indices"/>, in that order; repeats are allowed.</summary>
    public ImageBatch Select(params IReadOnlyList<int> indices) =>
        new(TensorScope.Inference(() => unit.index_select(0, tensor(indices.Select(i => (long)i).ToArray()))));

    /// <summary>Joins batches of one picture size, in order.</summary>
    public static ImageBatch Concat(params IReadOnlyList<ImageBatch> batches) =>
        new(TensorScope.Inference(() => cat(batches.Select(b => b.unit).ToArray(), 0)));

    /// <summary>The batch as 8-bit files would hold it: every value rounded to a multiple of 1/255.</summary>
    public ImageBatch Quantize() => new(TensorScope.Inference(() => unit.mul(255).add(0.5).floor().div(255)));

    /// <summary>Writes one PNG a picture.</summary>
    /// <param name="folder">Where to; made when missing.</param>
    /// <param name="names">File names without extension; by default 000, 001, …</param>
    /// <returns>The paths written.</returns>
    public IReadOnlyList<string> SavePngs(string folder, IReadOnlyList<string>? names = null)
    {
        if (names is not null && names.Count != Count) throw new ArgumentException($"{Count} pictures need {Count} names, got {names.Count}.", nameof(names));
        var digits = $"D{Math.Max(3, $"{Count - 1}".Length)}"; // read in ordinal order, as folders are, they come back in this one
        var paths = Enumerable.Range(0, Count).Select(i => Path.Combine(folder, $"{names?[i] ?? i.ToString(digits, CultureInfo.InvariantCulture)}.png")).ToArray();
        for (var i = 0; i < Count; i++) Image(i).SavePng(paths[i]);
        return paths;
    }

    /// <summary>What a notebook shows: a contact sheet as base64 PNG, as an HTML image, and one line of text.</summary>
    public IReadOnlyDictionary<string, string> ToMimeBundle() => MimeBundle.Of(ContactSheet.Compose(this), ToString());

    /// <inheritdoc/>
    public override string ToString() => unit.IsInvalid ? "ImageBatch (disposed)" : $"ImageBatch of {Count}, {Width}×{Height}";

    /// <inheritdoc/>
    public void Dispose() => unit.Dispose();

    private static ImageBatch Copy(Tensor source, double scale, double shift)
    {
        if (source.dim() is not (3 or 4) || source.shape[^3] != 3 || !source.is_floating_point())
            throw new ArgumentException($"Expected float pixels [N, 3, H, W] or [3, H, W], got {source.dtype} [{string.Join(", ", source.shape)}].", nameof(source));
        return new ImageBatch(TensorScope.Inference(() =>
        {
            var pixels = (source.dim() == 3 ? source.unsqueeze(0) : source).detach().to(ScalarType.Float32, torch.CPU).mul(scale).add(shift).contiguous();
            if (pixels.isnan().any().item<bool>()) throw new ArgumentException("The pixels hold NaN: the computation before this went wrong.", nameof(source));
            return pixels.clamp(0, 1);
        }));
    }
}
