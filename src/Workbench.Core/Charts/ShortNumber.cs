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

    /// <summary>
    /// A mean with its interval, as fine as the first digit of the interval's half width, or the second where the first is 1 or 2; two decimals
    /// at least below 10. More digits would say nothing.
    /// </summary>
    public static string Format(double value, (double Lower, double Upper)? interval)
    {
        if (interval is not { } i) return Format(value);
        var half = (i.Upper - i.Lower) / 2;
        if (!double.IsFinite(value) || !(half > 0) || half is < 1e-4 or >= 1e6) return $"{Format(value)} [{Format(i.Lower)}, {Format(i.Upper)}]";
        var first = -(int)Math.Floor(Math.Log10(half) + 1e-9);
        var decimals = Math.Max(half < 10 ? 2 : 0, half * Math.Pow(10, first) < 3 ? first + 1 : first);
        string Fine(double number) => (Math.Round(number, decimals) + 0.0).ToString($"F{decimals}"); // + 0.0: no negative zero
        return $"{Fine(value)} [{Fine(i.Lower)}, {Fine(i.Upper)}]";
    }
}
