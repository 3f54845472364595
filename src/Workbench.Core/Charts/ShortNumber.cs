namespace Workbench.Charts;

/// <summary>Numbers as tables and axes show them: four significant digits, no trailing zeros.</summary>
internal static class ShortNumber
{
    public static string Format(double value)
    {
        if (!double.IsFinite(value)) return double.IsNaN(value) ? "NaN" : value > 0 ? "∞" : "-∞";
        var size = Math.Abs(value);
        if (size == 0) return "0";
        if (size < 1e6 && value == Math.Truncate(value)) return value.ToString("0");
        if (size is >= 1e6 or < 1e-4) return value.ToString("0.###e+0");
        var decimals = Math.Clamp(3 - (int)Math.Floor(Math.Log10(size)), 0, 7);
        return Math.Round(value, decimals).ToString("0.#######");
    }

    /// <summary>A mean with its interval.</summary>
    public static string Format(double value, (double Lower, double Upper)? interval) =>
        interval is { } i ? $"{Format(value)} [{Format(i.Lower)}, {Format(i.Upper)}]" : Format(value);
}
