namespace Workbench.Experiments;

/// <summary>One measured set of numbers of the shortcut experiments.</summary>
/// <param name="Experiment">Which experiment, see <see cref="ShortcutExperiment"/>.</param>
/// <param name="Training">Name of the training, for example <c>protected</c>.</param>
/// <param name="Condition">What was looked at: a prompt, or <c>identity</c> and <c>noise</c>.</param>
/// <param name="Score">What was measured, for example <c>noise_log_odds</c>.</param>
/// <param name="X">Where along an axis: share of the training, or number of steps; 0 where there is none.</param>
/// <param name="Subject">Number of the person.</param>
/// <param name="Values">One number a picture, draw or batch; the same index in two rows means the same random draws.</param>
public sealed record ShortcutRow(string Experiment, string Training, string Condition, string Score, double X, int Subject, IReadOnlyList<double> Values);

/// <summary>Names of the shortcut experiments.</summary>
/// <seealso href="notebooks/02-shortcut-learning.ipynb">Explained in notebook 02.</seealso>
public static class ShortcutExperiment
{
    /// <summary>What single prompts bring out of a model.</summary>
    public const string Extraction = "extraction";

    /// <summary>What is fitted first, person or pattern.</summary>
    public const string Fitting = "fitting";

    /// <summary>The identifier's share of the gradient over the prompt's tokens.</summary>
    public const string Gradient = "gradient";

    /// <summary>Size of the perturbation and number of steps.</summary>
    public const string Dose = "dose";

    /// <summary>Frequencies of generations against those of the perturbation.</summary>
    public const string Spectrum = "spectrum";
}
