namespace Workbench.Purification;

/// <summary>Total variation denoising of one channel by the dual projection of Chambolle 2004.</summary>
internal static class ChambolleDenoiser
{
    private const double Step = 0.25;

    /// <summary>Minimises ½‖u − image‖² + weight · TV(u) approximately.</summary>
    /// <param name="image">Height × width values, row by row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="weight">Strength.</param>
    /// <param name="tolerance">Stops when the objective changes by less than this share of its first value.</param>
    /// <param name="maxIterations">Most iterations.</param>
    internal static double[] Denoise(double[] image, int height, int width, double weight, double tolerance, int maxIterations)
    {
        double[] down = new double[image.Length], right = new double[image.Length];
        var result = (double[])image.Clone();
        double first = 0, previous = 0;
        for (var i = 0; i < maxIterations; i++)
        {
            var objective = i == 0 ? 0 : AddDivergence(image, result, down, right, width);
            objective = (objective + weight * Ascend(result, down, right, height, width, Step / weight)) / image.Length;
            if (i == 0) first = objective;
            else if (Math.Abs(previous - objective) < tolerance * first) break;
            previous = objective;
        }
        return result;
    }

    /// <summary>result = image + div(dual); returns ‖div(dual)‖².</summary>
    private static double AddDivergence(double[] image, double[] result, double[] down, double[] right, int width)
    {
        var sum = 0.0;
        for (var i = 0; i < image.Length; i++)
        {
            var divergence = -down[i] - right[i];
            if (i >= width) divergence += down[i - width];
            if (i % width > 0) divergence += right[i - 1];
            result[i] = image[i] + divergence;
            sum += divergence * divergence;
        }
        return sum;
    }

    /// <summary>One projected step of the dual along the gradient of <paramref name="u"/>; returns the total variation of it.</summary>
    private static double Ascend(double[] u, double[] down, double[] right, int height, int width, double slope)
    {
        var sum = 0.0;
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var i = y * width + x;
                var toBelow = y + 1 < height ? u[i + width] - u[i] : 0;
                var toRight = x + 1 < width ? u[i + 1] - u[i] : 0;
                var norm = Math.Sqrt(toBelow * toBelow + toRight * toRight);
                sum += norm;
                var scale = 1 + slope * norm;
                down[i] = (down[i] - Step * toBelow) / scale;
                right[i] = (right[i] - Step * toRight) / scale;
            }
        }
        return sum;
    }
}
