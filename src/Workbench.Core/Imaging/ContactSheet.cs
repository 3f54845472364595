namespace Workbench.Imaging;

/// <summary>Lays pictures out in a grid, with a label under each, for a quick look.</summary>
public static class ContactSheet
{
    private const int Gap = 4;

    /// <summary>Lays out the pictures of a batch; see <see cref="Compose(IReadOnlyList{RgbImage}, int, IReadOnlyList{string}, int)"/>.</summary>
    public static RgbImage Compose(ImageBatch batch, int columns = 0, IReadOnlyList<string>? labels = null, int enlarge = 0) =>
        Compose(batch.Images(), columns, labels, enlarge);

    /// <summary>Lays out pictures row by row on white.</summary>
    /// <param name="images">At least one picture; cells take the largest size.</param>
    /// <param name="columns">Pictures a row; 0 chooses up to eight.</param>
    /// <param name="labels">One label a picture, or null; an empty one leaves its room to the label before it. Characters outside ASCII are drawn as '?'.</param>
    /// <param name="enlarge">Whole factor by which pixels are repeated; 0 shows small pictures at about 128 pixels.</param>
    public static RgbImage Compose(IReadOnlyList<RgbImage> images, int columns = 0, IReadOnlyList<string>? labels = null, int enlarge = 0)
    {
        if (images.Count == 0) throw new ArgumentException("Expected at least one picture.", nameof(images));
        if (labels is not null && labels.Count != images.Count)
            throw new ArgumentException($"{images.Count} pictures need {images.Count} labels, got {labels.Count}.", nameof(labels));
        if (columns <= 0) columns = Math.Min(images.Count, 8);
        var side = images.Max(i => Math.Max(i.Width, i.Height));
        var factor = enlarge > 0 ? enlarge : Math.Max(1, 128 / side);
        int cellWidth = images.Max(i => i.Width) * factor, cellHeight = images.Max(i => i.Height) * factor;
        int scale = Math.Clamp(cellWidth / 128, 1, 4), labelHeight = labels is null ? 0 : BitmapFont.Height * scale + Gap;
        var rows = (images.Count + columns - 1) / columns;
        var sheet = new RgbImage(columns * (cellWidth + Gap) + Gap, rows * (cellHeight + labelHeight + Gap) + Gap, (255, 255, 255));
        for (var i = 0; i < images.Count; i++)
        {
            int left = Gap + i % columns * (cellWidth + Gap), top = Gap + i / columns * (cellHeight + labelHeight + Gap);
            Paste(images[i].Enlarge(factor), sheet, left, top);
            if (labels is not null) BitmapFont.Draw(sheet, labels[i], left, top + cellHeight + Gap / 2, Room(labels, i, columns) * (cellWidth + Gap) - Gap, scale);
        }
        return sheet;
    }

    /// <summary>How many cells the label of picture <paramref name="i"/> may fill: its own and the unlabelled ones beside it.</summary>
    private static int Room(IReadOnlyList<string> labels, int i, int columns)
    {
        var cells = 1;
        while ((i + cells) % columns != 0 && i + cells < labels.Count && labels[i + cells].Length == 0) cells++;
        return cells;
    }

    private static void Paste(RgbImage image, RgbImage sheet, int left, int top)
    {
        for (var y = 0; y < image.Height; y++)
            image.Pixels.AsSpan(y * image.Width * 3, image.Width * 3).CopyTo(sheet.Pixels.AsSpan(((top + y) * sheet.Width + left) * 3));
    }
}
