using System.Globalization;
using System.Text.Json.Serialization;
using Workbench.Personalization;
using Workbench.Perturbations;
using Workbench.Purification;

namespace Workbench.Experiments;

/// <summary>One run from photos to scores: who, what was done to the photos, how the model was trained and sampled, and the seed.</summary>
/// <seealso href="notebooks/05-paper-tables.ipynb">Explained in notebook 05.</seealso>
public sealed record Scenario
{
    /// <summary>Perturbation name of runs on unprotected photos.</summary>
    public const string NoPerturbation = "none";

    /// <summary>Name of the condition, the same for all subjects and seeds, for example <c>protected+cdl</c>.</summary>
    public required string Condition { get; init; }

    /// <summary>Number of the subject.</summary>
    public required int Subject { get; init; }

    /// <summary>Seed of the run.</summary>
    public required ulong Seed { get; init; }

    /// <summary>A name of the perturbation catalog, or <c>none</c>.</summary>
    public string Perturbation { get; init; } = NoPerturbation;

    /// <summary>Budget in 8-bit levels; 0 without a perturbation.</summary>
    public double BudgetLevels { get; init; }

    /// <summary>The purifier chain that the protector knows and attacks through; null: the protection is made without.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Through { get; init; }

    /// <summary>A purifier chain such as <c>sr</c>, <c>code-sr</c> or <c>none</c>.</summary>
    public string Purifier { get; init; } = "none";

    /// <summary>Contrastive decoupling in training and sampling.</summary>
    public ContrastiveDecoupling Decoupling { get; init; } = ContrastiveDecoupling.Off;

    /// <summary>True: the protector knows the decoupling too, and attacks with the noise token in every prompt.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool KnowsDecoupling { get; init; }

    /// <summary>Weight of the prior loss; null: the study's.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? PriorLossWeight { get; init; }

    /// <summary>The word that the trainer binds to the subject; null: the study's. The protector expects the study's in any case.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Identifier { get; init; }

    /// <summary>Weight of guidance when sampling; null: the study's.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? GuidanceScale { get; init; }

    /// <summary>A scenario by the name of its protection, where <see cref="ProtectionStudy.Clean"/> stands for none.</summary>
    /// <param name="condition">Name of the condition.</param>
    /// <param name="protection">A name of the perturbation catalog, or clean.</param>
    /// <param name="levels">Budget in 8-bit levels.</param>
    /// <param name="subject">Number of the subject.</param>
    /// <param name="seed">Seed of the run.</param>
    public static Scenario Of(string condition, string protection, double levels, int subject, ulong seed) => new()
    {
        Condition = condition,
        Subject = subject,
        Seed = seed,
        Perturbation = protection == ProtectionStudy.Clean ? NoPerturbation : protection,
        BudgetLevels = protection == ProtectionStudy.Clean ? 0 : levels,
    };

    /// <summary>True when the photos are protected.</summary>
    public bool IsPerturbed => Perturbation != NoPerturbation;

    /// <summary>The condition with its budget, for tables: <c>protected+cdl 11</c>.</summary>
    public string Label => IsPerturbed ? string.Create(CultureInfo.InvariantCulture, $"{Condition} {BudgetLevels:0.###}") : Condition;

    /// <summary>A folder name that no other scenario of a grid has.</summary>
    public string Key => string.Create(CultureInfo.InvariantCulture, $"{Label.Replace(' ', '-')}_subject{Subject}_seed{Seed}");

    /// <summary>Checks the fields.</summary>
    /// <exception cref="ArgumentException">Names the field.</exception>
    public void Validate()
    {
        if (Condition.Length == 0 || Condition.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('+' or '-' or '.')))
            throw new ArgumentException($"Condition '{Condition}' names a folder: letters, digits, '+', '-' and '.' only.");
        LinfBudget.Of255(BudgetLevels);
        PurifierChain.Check(Purifier);
        if (Through is not null) PurifierChain.Check(Through);
        if (IsPerturbed != BudgetLevels > 0) throw new ArgumentException($"{Label}: a perturbation needs a budget, and a budget a perturbation; got '{Perturbation}' and {BudgetLevels}.");
        if (Through is not null && !IsPerturbed) throw new ArgumentException($"{Label}: only a perturbation can be made through the purifier '{Through}'.");
        if (KnowsDecoupling && (!IsPerturbed || !Decoupling.TrainWithNoiseToken)) throw new ArgumentException($"{Label}: a protector can know the decoupling only where there are both.");
        if (Identifier is not null && string.IsNullOrWhiteSpace(Identifier)) throw new ArgumentException($"{Label}: the identifier is empty.");
        ArgumentOutOfRangeException.ThrowIfNegative(Subject);
        ArgumentOutOfRangeException.ThrowIfNegative(PriorLossWeight ?? 0, nameof(PriorLossWeight));
        ArgumentOutOfRangeException.ThrowIfNegative(GuidanceScale ?? 0, nameof(GuidanceScale));
        Decoupling.Validate();
    }
}
