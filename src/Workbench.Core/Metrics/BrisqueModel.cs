using System.Globalization;
using System.Text.RegularExpressions;

namespace Workbench.Metrics;

/// <summary>The trained support-vector regression of BRISQUE, read from OpenCV's data files.</summary>
/// <remarks>
/// Debian's <c>opencv-data</c> brings them as <c>brisque_model_live.yml</c> and <c>brisque_range_live.yml</c>; they are not part of this
/// project. Prediction: sum of coefficient·exp(-γ‖x - support vector‖²) minus ρ, on features scaled to [-1,1].
/// </remarks>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public sealed partial class BrisqueModel
{
    /// <summary>The ranges published with the original release, by feature: what maps to -1 and to 1.</summary>
    public static readonly IReadOnlyList<(double Low, double High)> PublishedRanges =
    [
        (0.338, 10), (0.017204, 0.806612), (0.236, 1.642), (-0.123884, 0.20293), (0.000155, 0.712298), (0.001122, 0.470257),
        (0.244, 1.641), (-0.123586, 0.179083), (0.000152, 0.710456), (0.000975, 0.470984), (0.249, 1.555), (-0.135687, 0.100858),
        (0.000174, 0.684173), (0.000913, 0.534174), (0.258, 1.561), (-0.143408, 0.100486), (0.000179, 0.685696), (0.000888, 0.536508),
        (0.471, 3.264), (0.012809, 0.703171), (0.218, 1.046), (-0.094876, 0.187459), (1.5e-5, 0.442057), (0.001272, 0.40803),
        (0.222, 1.042), (-0.115772, 0.162604), (1.6e-5, 0.444362), (0.001374, 0.40243), (0.227, 0.996), (-0.117188, 0.098323),
        (3e-5, 0.531903), (0.001122, 0.369589), (0.228, 0.99), (-0.12243, 0.098658), (2.8e-5, 0.530092), (0.001118, 0.370399),
    ];

    private readonly (double Low, double High)[] ranges;
    private readonly double[][] supportVectors;
    private readonly double[] coefficients;
    private readonly double gamma, rho;

    private BrisqueModel((double, double)[] ranges, double[][] supportVectors, double[] coefficients, double gamma, double rho) =>
        (this.ranges, this.supportVectors, this.coefficients, this.gamma, this.rho) = (ranges, supportVectors, coefficients, gamma, rho);

    /// <summary>Number of support vectors.</summary>
    public int SupportVectorCount => supportVectors.Length;

    /// <summary>Fingerprint of the two files' contents.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Reads OpenCV's two YAML files.</summary>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file lacks what is expected; the message names file and field.</exception>
    public static BrisqueModel Load(string modelPath, string rangePath)
    {
        if (Array.Find([modelPath, rangePath], path => !File.Exists(path)) is { } missing)
            throw new FileNotFoundException($"{missing}: there is no such file of OpenCV's BRISQUE data.", missing);
        var (model, range) = (File.ReadAllText(modelPath), File.ReadAllText(rangePath));
        var limits = Numbers(Between(range, "data: [", "]", rangePath));
        var body = Between(model, "support_vectors:", "decision_functions:", modelPath);
        var vectors = body.Split('[', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(Numbers).ToArray();
        var alpha = Numbers(Between(model, "alpha: [", "]", modelPath));
        Require(limits.Length == 2 * BrisqueFeatures.Count, rangePath, $"expected {2 * BrisqueFeatures.Count} limits in 'data', got {limits.Length}");
        Require(vectors.Length > 0 && vectors.Length == alpha.Length, modelPath, $"{vectors.Length} support vectors but {alpha.Length} coefficients");
        Require(vectors.All(v => v.Length == BrisqueFeatures.Count), modelPath, $"a support vector does not have {BrisqueFeatures.Count} numbers");
        return new BrisqueModel([.. Enumerable.Range(0, BrisqueFeatures.Count).Select(i => (limits[i], limits[i + BrisqueFeatures.Count]))], vectors, alpha,
            Numbers(Between(model, "gamma:", "\n", modelPath)).Single(), Numbers(Between(model, "rho:", "\n", modelPath)).Single())
        {
            Fingerprint = Tensors.Fingerprint.OfText(model + '\n' + range),
        };
    }

    /// <summary>Maps features to [-1,1] by ranges (values outside the range lie outside).</summary>
    public static double[] Scale(IReadOnlyList<double> features, IReadOnlyList<(double Low, double High)> ranges) =>
        [.. features.Select((f, i) => -1 + 2 * (f - ranges[i].Low) / (ranges[i].High - ranges[i].Low))];

    /// <summary>The score of one picture: 0 is best, 100 is worst; clipped to that range as OpenCV does.</summary>
    /// <param name="features">The 36 features, not scaled.</param>
    public double Score(IReadOnlyList<double> features)
    {
        var x = Scale(features, ranges);
        var sum = -rho;
        for (var i = 0; i < supportVectors.Length; i++)
        {
            var distance = 0.0;
            for (var j = 0; j < x.Length; j++) distance += (x[j] - supportVectors[i][j]) * (x[j] - supportVectors[i][j]);
            sum += coefficients[i] * Math.Exp(-gamma * distance);
        }
        return Math.Clamp(sum, 0, 100);
    }

    private static string Between(string text, string start, string end, string path)
    {
        var from = text.IndexOf(start, StringComparison.Ordinal);
        var to = from < 0 ? -1 : text.IndexOf(end, from + start.Length, StringComparison.Ordinal);
        Require(to > 0, path, $"'{start.Trim()}' is missing");
        return text[(from + start.Length)..to];
    }

    private static double[] Numbers(string text) => [.. Number().Matches(text).Select(m => double.Parse(m.Value, NumberStyles.Float, CultureInfo.InvariantCulture))];

    private static void Require(bool condition, string path, string reason)
    {
        if (!condition) throw new InvalidDataException($"{path}: not OpenCV's BRISQUE data: {reason}.");
    }

    [GeneratedRegex(@"[-+]?\d+\.?\d*(?:[eE][-+]?\d+)?", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
