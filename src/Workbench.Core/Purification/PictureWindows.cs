using TorchSharp;
using static TorchSharp.torch;

namespace Workbench.Purification;

/// <summary>Square windows that cover a picture, and their average: how a small network works on a large picture.</summary>
/// <remarks>Zhao et al. 2023 (GrIDPure): a regular grid, the remainder at the right and bottom, and a tile made of the four corners.</remarks>
public static class PictureWindows
{
    /// <summary>First pixels of the windows along one side: every <paramref name="stride"/>, and the last one flush with the end.</summary>
    /// <exception cref="ArgumentException">The window is larger than the side, or the stride leaves gaps.</exception>
    public static IReadOnlyList<int> Starts(int side, int window, int stride)
    {
        if (window < 1 || window > side) throw new ArgumentException($"A window of {window} pixels does not fit into {side}.", nameof(window));
        if (stride < 1 || stride > window) throw new ArgumentException($"A stride of {stride} is not between 1 and the window, {window}.", nameof(stride));
        var starts = new List<int>();
        for (var at = 0; at + window <= side; at += stride) starts.Add(at);
        if (starts[^1] + window < side) starts.Add(side - window);
        return starts;
    }

    /// <summary>Runs an operation on every window and averages where windows overlap.</summary>
    /// <param name="picture"><c>[1, 3, H, W]</c>.</param>
    /// <param name="window">Side of a window, even where <paramref name="corners"/> is on.</param>
    /// <param name="stride">Distance of windows.</param>
    /// <param name="corners">Adds the tile of the four corner quarters, which no window of the grid joins.</param>
    /// <param name="operation">(window number, <c>[1, 3, window, window]</c>) → the same shape.</param>
    /// <returns><c>[1, 3, H, W]</c>.</returns>
    public static Tensor Average(Tensor picture, int window, int stride, bool corners, Func<int, Tensor, Tensor> operation)
    {
        var (height, width) = ((int)picture.size(2), (int)picture.size(3));
        Tensor sum = zeros_like(picture), count = zeros_like(picture);
        var number = 0;
        foreach (var top in Starts(height, window, stride))
        {
            foreach (var left in Starts(width, window, stride))
            {
                var done = operation(number++, picture.narrow(2, top, window).narrow(3, left, window));
                Add(done, top, left, window);
            }
        }
        if (corners)
        {
            var half = window / 2;
            (int Y, int X)[] places = [(0, 0), (0, width - half), (height - half, 0), (height - half, width - half)];
            Tensor Piece(int i) => picture.narrow(2, places[i].Y, half).narrow(3, places[i].X, half);
            var tile = operation(number, cat([cat([Piece(0), Piece(1)], 3), cat([Piece(2), Piece(3)], 3)], 2));
            for (var i = 0; i < 4; i++) Add(tile.narrow(2, i / 2 * half, half).narrow(3, i % 2 * half, half), places[i].Y, places[i].X, half);
        }
        return sum / count;

        void Add(Tensor part, int top, int left, int side)
        {
            sum.narrow(2, top, side).narrow(3, left, side).add_(part);
            count.narrow(2, top, side).narrow(3, left, side).add_(1);
        }
    }
}
