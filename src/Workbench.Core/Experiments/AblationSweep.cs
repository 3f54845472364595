using System.Globalization;
using Workbench.Personalization;

namespace Workbench.Experiments;

/// <summary>One setting of the whole defense that is moved while all others stay.</summary>
/// <param name="Name">Its name in the names of conditions.</param>
/// <param name="Title">Its name in tables.</param>
/// <param name="Moved">The setting's value where a run moves it, else null.</param>
/// <param name="Default">Its value in the defense as it is.</param>
/// <seealso href="notebooks/05-paper-tables.ipynb">Explained in notebook 05.</seealso>
public sealed record AblationSweep(string Name, string Title, Func<Scenario, string?> Moved, Func<ScenarioConfig, string> Default)
{
    /// <summary>The sweeps. Guidance needs no training of its own: it samples the models of the whole defense.</summary>
    public static IReadOnlyList<AblationSweep> All { get; } =
    [
        new("noise-string", "noise token", s => s.Decoupling.NoiseToken == ContrastiveDecoupling.Paper.NoiseToken ? null : s.Decoupling.NoiseToken, _ => ContrastiveDecoupling.Paper.NoiseToken),
        new("lambda", "prior weight λ", s => Text(s.PriorLossWeight), c => Text(c.DreamBooth.PriorLossWeight)!),
        new("identifier", "identifier", s => s.Identifier is null || s.Decoupling.IsOn ? s.Identifier : $"{s.Identifier}, no decoupling", c => c.Identifier),
        new("guidance", "guidance weight", s => Text(s.GuidanceScale), c => Text(c.Sampling.GuidanceScale)!),
    ];

    private static string? Text(double? value) => value?.ToString("0.###", CultureInfo.InvariantCulture);
}
