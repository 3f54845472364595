namespace Workbench.Experiments;

/// <summary>What a <see cref="ShortcutQuestion"/> is about; a section of notebook 02 each.</summary>
/// <seealso href="notebooks/02-shortcut-learning.ipynb">Explained in notebook 02.</seealso>
public enum ShortcutTopic
{
    /// <summary>What each word has come to mean.</summary>
    Extraction,

    /// <summary>Where noise and likeness go with decoupling.</summary>
    Likeness,

    /// <summary>What is fitted first.</summary>
    FittingOrder,

    /// <summary>Where the gradient goes.</summary>
    GradientShare,

    /// <summary>Whether the pattern follows the name.</summary>
    Swap,

    /// <summary>Photos that hold nothing but the pattern.</summary>
    NoSubject,

    /// <summary>Whether it is the same pattern by its frequencies.</summary>
    Spectrum,

    /// <summary>Whether more of the pattern, or more training, does more.</summary>
    Dose,
}
