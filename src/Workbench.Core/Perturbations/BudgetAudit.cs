using System.Globalization;
using Workbench.Imaging;

namespace Workbench.Perturbations;

/// <summary>Measures how far published 8-bit pictures lie from the originals.</summary>
/// <param name="Budget">The bound that was promised.</param>
/// <param name="MaxLevels">Largest difference of a pixel's channel, 8-bit levels.</param>
/// <param name="MeanLevels">Mean absolute difference.</param>
/// <param name="BiasLevels">Mean signed difference; about -0.5 betrays truncation instead of rounding.</param>
/// <param name="Exceeding">Channel values beyond the budget.</param>
/// <param name="Psnr">Peak signal-to-noise ratio over all pictures, dB; infinite for equal ones.</param>
/// <param name="Images">Number of pictures.</param>
/// <seealso href="notebooks/01-defense-pipeline.ipynb">Explained in notebook 01.</seealso>
public sealed record BudgetAudit(LinfBudget Budget, int MaxLevels, double MeanLevels, double BiasLevels, long Exceeding, double Psnr, int Images)
{
    /// <summary>True when no value lies beyond the budget.</summary>
    public bool Passed => Exceeding == 0;

    /// <summary>Compares pictures pairwise, in order.</summary>
    /// <exception cref="ArgumentException">Counts or sizes differ.</exception>
    public static BudgetAudit Measure(IReadOnlyList<RgbImage> originals, IReadOnlyList<RgbImage> published, LinfBudget budget)
    {
        if (originals.Count != published.Count || originals.Count == 0)
            throw new ArgumentException($"Expected as many published as original pictures and at least one, got {published.Count} and {originals.Count}.", nameof(published));
        long count = 0, absolute = 0, signed = 0, squares = 0, exceeding = 0;
        var max = 0;
        foreach (var (before, after) in originals.Zip(published))
        {
            if (before.Width != after.Width || before.Height != after.Height)
                throw new ArgumentException($"A published picture is {after.Width}×{after.Height}, its original {before.Width}×{before.Height}; resize the original first.", nameof(published));
            for (var i = 0; i < before.Pixels.Length; i++)
            {
                var difference = after.Pixels[i] - before.Pixels[i];
                var size = Math.Abs(difference);
                if (size > max) max = size;
                if (size > budget.Levels + 1e-9) exceeding++;
                (absolute, signed, squares) = (absolute + size, signed + difference, squares + difference * difference);
            }
            count += before.Pixels.Length;
        }
        var psnr = squares == 0 ? double.PositiveInfinity : 10 * Math.Log10(255.0 * 255 * count / squares);
        return new BudgetAudit(budget, max, (double)absolute / count, (double)signed / count, exceeding, psnr, originals.Count);
    }

    /// <summary>Compares the pictures of two folders, paired by file name without extension.</summary>
    /// <param name="originalFolder">Pictures before; each is fitted to the published one's size as training pictures are.</param>
    /// <param name="publishedFolder">Pictures after.</param>
    /// <param name="budget">The bound.</param>
    /// <exception cref="InvalidDataException">A published picture has no original of its name, or several.</exception>
    public static BudgetAudit MeasureFolders(string originalFolder, string publishedFolder, LinfBudget budget)
    {
        var originals = ImageFolder.Files(originalFolder).ToLookup(f => Path.GetFileNameWithoutExtension(f), StringComparer.Ordinal);
        var pairs = ImageFolder.Files(publishedFolder).Select(file =>
        {
            var name = Path.GetFileNameWithoutExtension(file);
            if (originals[name].ToArray() is not [var original])
                throw new InvalidDataException($"{file}: expected one original named {name} in {originalFolder}, found {originals[name].Count()}.");
            var after = ImageCodec.Load(file);
            var before = ImageCodec.Load(original);
            return (Before: before.Width == after.Width && before.Height == after.Height ? before : before.FitSquare(after.Width), After: after);
        }).ToList();
        return Measure([.. pairs.Select(p => p.Before)], [.. pairs.Select(p => p.After)], budget);
    }

    /// <summary>Throws when the budget was exceeded.</summary>
    /// <exception cref="InvalidDataException">Says by how much.</exception>
    public BudgetAudit ThrowIfExceeded() => Passed ? this
        : throw new InvalidDataException($"The pictures exceed their budget of {Budget}: {Exceeding} values are beyond it; the largest change is {MaxLevels} levels.");

    /// <summary>One line for people.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{(Passed ? "within" : "BEYOND")} budget {Budget}: {Images} pictures, max {MaxLevels}, mean {MeanLevels:0.00}, bias {BiasLevels:0.00} levels, PSNR {Psnr:0.0} dB");
}
