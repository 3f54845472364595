namespace Workbench.Charts;

/// <summary>What every kind of chart shares.</summary>
internal sealed record ChartOptions
{
    public string? Title { get; init; }

    public string? XTitle { get; init; }

    public string? YTitle { get; init; }

    public (double Low, double High)? XRange { get; init; }

    public (double Low, double High)? YRange { get; init; }

    public bool LogY { get; init; }

    public int Width { get; init; } = 720;

    public int Height { get; init; } = 420;

    public IReadOnlyDictionary<string, string> Colours { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
