namespace Workbench.Purification;

/// <summary>Which objective <see cref="TotalVariation"/> minimises.</summary>
public enum TotalVariationKind
{
    /// <summary>Every channel by itself, pixel-wise gradient norms (Rudin, Osher and Fatemi; solved as Chambolle 2004).</summary>
    PerChannel,

    /// <summary>The compared code's: whole rows and columns of a small picture with interleaved colours, some pixels dropped.</summary>
    RowsAndColumns,
}

/// <summary>Strength of <see cref="TotalVariation"/>.</summary>
public sealed record TotalVariationOptions : IPurifierOptions
{
    /// <summary>Proper total variation denoising, channel by channel.</summary>
    public static TotalVariationOptions PerChannel { get; } = new();

    /// <summary>The compared code's TVM: 64×64, 2 % of the values dropped, weight 0.01, colours interleaved in columns.</summary>
    public static TotalVariationOptions Paper { get; } = new()
    {
        Kind = TotalVariationKind.RowsAndColumns,
        Weight = 0.01,
        MaxIterations = 500,
    };

    /// <summary>Objective.</summary>
    public TotalVariationKind Kind { get; init; } = TotalVariationKind.PerChannel;

    /// <summary>The compared code's objective: the same as <see cref="TotalVariationKind.RowsAndColumns"/>.</summary>
    public bool CompatInterleavedTv
    {
        get => Kind is TotalVariationKind.RowsAndColumns;
        init => Kind = value ? TotalVariationKind.RowsAndColumns : TotalVariationKind.PerChannel;
    }

    /// <summary>Weight of the total variation against the distance to the picture.</summary>
    public double Weight { get; init; } = 0.1;

    /// <summary>Relative change of the objective at which <see cref="TotalVariationKind.PerChannel"/> stops.</summary>
    public double Tolerance { get; init; } = 2e-4;

    /// <summary>Most iterations.</summary>
    public int MaxIterations { get; init; } = 200;

    /// <summary><see cref="TotalVariationKind.RowsAndColumns"/>: side to which the picture is resized first.</summary>
    public int Side { get; init; } = 64;

    /// <summary><see cref="TotalVariationKind.RowsAndColumns"/>: share of values that are dropped and filled in.</summary>
    public double DropRate { get; init; } = 0.02;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public void Validate()
    {
        if (!(Weight > 0) || double.IsInfinity(Weight)) throw new ArgumentException($"Total variation: the weight is {Weight}, expected a positive number.");
        if (MaxIterations < 1 || Tolerance < 0 || Side < 2) throw new ArgumentException($"Total variation: out of range: {this}.");
        if (!(DropRate is >= 0 and < 1)) throw new ArgumentException($"Total variation: the drop rate is {DropRate}, expected 0 to below 1.");
    }
}
