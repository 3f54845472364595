namespace Workbench.Experiments.Claims;

/// <summary>What the measurements say about a claim.</summary>
public enum ClaimVerdict
{
    /// <summary>All parts are above zero beyond chance.</summary>
    Confirmed,

    /// <summary>Chance is not excluded, one way or the other.</summary>
    NotConfirmed,

    /// <summary>A part is below zero beyond chance.</summary>
    Opposite,

    /// <summary>A condition that the claim needs was not run.</summary>
    NotMeasured,
}
