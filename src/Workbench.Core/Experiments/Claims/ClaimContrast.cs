namespace Workbench.Experiments.Claims;

/// <summary>
/// One testable part of a claim: a weighted sum of conditions, formed for each person, that the claim says is above zero.
/// </summary>
/// <param name="Words">What is above zero if the claim holds.</param>
/// <param name="Measure">What is summed.</param>
/// <param name="Weights">Condition names of <see cref="MiniWorldStudy"/> and their weights.</param>
/// <seealso href="notebooks/05-paper-tables.ipynb">Explained in notebook 05.</seealso>
public sealed record ClaimContrast(string Words, ClaimMeasure Measure, IReadOnlyList<(string Condition, double Weight)> Weights)
{
    /// <summary>The contrast <paramref name="a"/> − <paramref name="b"/>.</summary>
    public static ClaimContrast Difference(string words, ClaimMeasure measure, string a, string b) => new(words, measure, [(a, 1), (b, -1)]);

    /// <summary>One value a person: the mean over seeds at which all conditions were run.</summary>
    /// <param name="results">Runs.</param>
    /// <param name="budgetLevels">The size of perturbations that is looked at; conditions without one serve all sizes.</param>
    public IReadOnlyList<(int Subject, double Value)> Values(IReadOnlyList<ScenarioResult> results, double budgetLevels)
    {
        var runs = results.Where(r => !r.Scenario.IsPerturbed || r.Scenario.BudgetLevels == budgetLevels)
            .ToLookup(r => (r.Scenario.Subject, r.Scenario.Seed, r.Scenario.Condition));
        var whole = from key in results.Select(r => (r.Scenario.Subject, r.Scenario.Seed)).Distinct()
                    let terms = Weights.Select(w => (w.Weight, Run: runs[(key.Subject, key.Seed, w.Condition)].FirstOrDefault())).ToArray()
                    where terms.All(t => t.Run is not null)
                    select (key.Subject, Value: terms.Sum(t => t.Weight * Measure.Of(t.Run!)));
        return [.. whole.GroupBy(v => v.Subject).OrderBy(g => g.Key).Select(g => (g.Key, g.Average(v => v.Value)))];
    }
}
