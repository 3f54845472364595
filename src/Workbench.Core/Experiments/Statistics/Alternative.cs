namespace Workbench.Experiments.Statistics;

/// <summary>What a test asks about the differences a - b.</summary>
public enum Alternative
{
    /// <summary>Are they centred elsewhere than at zero?</summary>
    TwoSided,

    /// <summary>Are they centred above zero?</summary>
    Greater,

    /// <summary>Are they centred below zero?</summary>
    Less,
}
