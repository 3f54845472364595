using Workbench.Personalization;

namespace Workbench.Experiments;

/// <summary>How training and sampling defend, beside the purifier: two switches, the noise tokens (CDL) and the negative prompt.</summary>
/// <param name="Name">Name in tables and folders.</param>
/// <param name="Decoupling">The switches.</param>
/// <seealso href="notebooks/05-paper-tables.ipynb">Explained in notebook 05.</seealso>
public sealed record DefenseMode(string Name, ContrastiveDecoupling Decoupling)
{
    /// <summary>Neither.</summary>
    public static DefenseMode Plain { get; } = new("plain", ContrastiveDecoupling.Off);

    /// <summary>The negative prompt alone, on a model that was trained plainly.</summary>
    public static DefenseMode Negative { get; } = new("negative", ContrastiveDecoupling.Off with { NegativeAtSampling = true });

    /// <summary>Noise tokens in training and sampling, without the negative prompt.</summary>
    public static DefenseMode Decoupled { get; } = new("cdl", ContrastiveDecoupling.Paper with { NegativeAtSampling = false });

    /// <summary>Both, as in the paper.</summary>
    public static DefenseMode Full { get; } = new("cdl+negative", ContrastiveDecoupling.Paper);

    /// <summary>All four; neighbours that differ in sampling alone share a training.</summary>
    public static IReadOnlyList<DefenseMode> All { get; } = [Plain, Negative, Decoupled, Full];

    /// <summary>The mode called <paramref name="name"/>.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static DefenseMode Of(string name) => All.FirstOrDefault(m => m.Name == name)
        ?? throw new ArgumentException($"Unknown mode '{name}'; there are: {string.Join(", ", All.Select(m => m.Name))}.", nameof(name));
}
