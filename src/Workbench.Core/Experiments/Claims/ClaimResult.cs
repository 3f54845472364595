namespace Workbench.Experiments.Claims;

/// <summary>A claim put to the test.</summary>
/// <param name="Claim">The claim.</param>
/// <param name="Parts">Its parts; all must hold.</param>
/// <param name="PValue">
/// The largest p of the parts (intersection-union test); of an opposite verdict the smallest the other way round; 1 where something was not measured.
/// </param>
/// <param name="AdjustedPValue">The same after the corrections for the number of claims tested and, of an opposite verdict, of parts; each direction has half of the level.</param>
/// <param name="Verdict">What follows at the chosen level.</param>
public sealed record ClaimResult(Claim Claim, IReadOnlyList<ContrastResult> Parts, double PValue, double AdjustedPValue, ClaimVerdict Verdict)
{
    /// <summary>The verdict in the words of reports.</summary>
    public string Words => Verdict switch
    {
        ClaimVerdict.Confirmed => "confirmed",
        ClaimVerdict.Opposite => "opposite",
        ClaimVerdict.NotMeasured => "not measured",
        _ => "not confirmed",
    };
}
