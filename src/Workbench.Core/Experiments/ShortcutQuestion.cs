using System.Globalization;
using Workbench.Analysis.Shortcuts;

namespace Workbench.Experiments;

/// <summary>One question to the shortcut experiments, as a difference of two cells.</summary>
/// <param name="Topic">What it is about.</param>
/// <param name="Words">The question as "what: one − other".</param>
/// <param name="Experiment">See <see cref="ShortcutExperiment"/>.</param>
/// <param name="Score">What was measured.</param>
/// <param name="A">The one.</param>
/// <param name="B">The other, which is taken from it.</param>
/// <seealso href="notebooks/02-shortcut-learning.ipynb">Explained in notebook 02.</seealso>
public sealed record ShortcutQuestion(ShortcutTopic Topic, string Words, string Experiment, string Score, ShortcutCell A, ShortcutCell B)
{
    /// <summary>The score in words; losses are stored as what they fell by.</summary>
    public string ScoreName => Score == Loss ? "fall of the loss" : Score.Replace('_', ' ');

    private const string Loss = "loss", Noise = "noise_log_odds", Identity = "identity", Contrast = "contrast";

    // The first moment of WatchedTraining after the start, where what is easiest should be ahead, and the last one.
    private const double Early = 1.0 / 16, End = 1;

    /// <summary>All questions, in the order of notebook 02.</summary>
    /// <param name="options">Its prompts name the cells.</param>
    /// <param name="report">Its doses and steps name those of the dose experiment.</param>
    public static IReadOnlyList<ShortcutQuestion> All(ShortcutOptions options, ShortcutReport report) =>
        [.. Extraction(options.Prompts), .. Likeness(options.Prompts), .. Fitting(), .. Gradient(), .. Swap(options), .. NoSubject(options.Prompts), .. Spectrum(), .. Dose(options.Prompts, report)];

    private static IEnumerable<ShortcutQuestion> Extraction(ExtractionPrompts words)
    {
        ShortcutQuestion Ask(string prompt, string score, string a, string b) =>
            new(ShortcutTopic.Extraction, $"\"{prompt}\": {a} − {b}", ShortcutExperiment.Extraction, score, new(a, prompt), new(b, prompt));
        yield return Ask(words.IdentifierAlone, Noise, ShortcutStudy.Protected, ShortcutStudy.Clean);
        yield return Ask(words.IdentifierAlone, Noise, ShortcutStudy.Protected, ShortcutStudy.Random);
        yield return Ask(words.IdentifierAlone, Noise, ShortcutStudy.Decoupled, ShortcutStudy.Protected);
        yield return Ask(words.IdentifierAlone, Identity, ShortcutStudy.Decoupled, ShortcutStudy.Protected);
        yield return Ask(words.ClassAlone, Noise, ShortcutStudy.Protected, ShortcutStudy.Clean);
    }

    private static IEnumerable<ShortcutQuestion> Likeness(ExtractionPrompts words) =>
        from asked in new (string Training, string Prompt)[] { (ShortcutStudy.Decoupled, words.IdentifierAndClass), (ShortcutStudy.Decoupled, words.ClassAlone), (ShortcutStudy.Protected, words.IdentifierAndClass) }
        from score in new[] { Noise, Identity }
        select new ShortcutQuestion(
            ShortcutTopic.Likeness, $"{asked.Training}, \"{asked.Prompt}\": with the noise token − without", ShortcutExperiment.Extraction, score,
            new(asked.Training, words.WithNoiseToken(asked.Prompt)), new(asked.Training, asked.Prompt));

    private static IEnumerable<ShortcutQuestion> Fitting()
    {
        ShortcutQuestion Ask(string question, string condition, (string Training, double X) a, (string Training, double X) b) =>
            new(ShortcutTopic.FittingOrder, question, ShortcutExperiment.Fitting, Loss, new(a.Training, condition, a.X), new(b.Training, condition, b.X));
        const string person = "identity", pattern = "noise";
        yield return Ask("the pattern, protected: after a sixteenth − at the start", pattern, (ShortcutStudy.Protected, Early), (ShortcutStudy.Protected, 0));
        yield return Ask("the person, protected: after a sixteenth − at the start", person, (ShortcutStudy.Protected, Early), (ShortcutStudy.Protected, 0));
        yield return Ask("the pattern, at the end: protected − clean", pattern, (ShortcutStudy.Protected, End), (ShortcutStudy.Clean, End));
        yield return Ask("the pattern, at the end: protected − random noise", pattern, (ShortcutStudy.Protected, End), (ShortcutStudy.Random, End));
        yield return Ask("the person, at the end: protected − clean", person, (ShortcutStudy.Protected, End), (ShortcutStudy.Clean, End));
    }

    private static IEnumerable<ShortcutQuestion> Gradient()
    {
        ShortcutQuestion Ask(string question, (string Training, double X) b) =>
            new(ShortcutTopic.GradientShare, question, ShortcutExperiment.Gradient, "share", new(ShortcutStudy.Protected, "identifier", End), new(b.Training, "identifier", b.X));
        yield return Ask("the identifier's share, at the end: protected − clean", (ShortcutStudy.Clean, End));
        yield return Ask("the identifier's share, protected: at the end − at the start", (ShortcutStudy.Protected, 0));
    }

    private static IEnumerable<ShortcutQuestion> Swap(ShortcutOptions options)
    {
        var (usual, other) = (options.Prompts, options.Swapped);
        ShortcutQuestion Ask(string training, ExtractionPrompts trained, ExtractionPrompts untrained) =>
            new(ShortcutTopic.Swap, $"trained as {trained.Identifier}: \"{trained.IdentifierAndClass}\" − \"{untrained.IdentifierAndClass}\"", ShortcutExperiment.Extraction, Noise,
                new(training, trained.IdentifierAndClass), new(training, untrained.IdentifierAndClass));
        yield return Ask(ShortcutStudy.Protected, usual, other);
        yield return Ask(ShortcutStudy.Swapped, other, usual);
        // What the bare word draws although it was not trained was there before.
        yield return new(ShortcutTopic.Swap, $"\"{usual.IdentifierAlone}\": trained as {usual.Identifier} − trained as {other.Identifier}", ShortcutExperiment.Extraction, Noise,
            new(ShortcutStudy.Protected, usual.IdentifierAlone), new(ShortcutStudy.Swapped, usual.IdentifierAlone));
    }

    private static IEnumerable<ShortcutQuestion> NoSubject(ExtractionPrompts words) => new[] { Contrast, Noise }.Select(score => new ShortcutQuestion(
        ShortcutTopic.NoSubject, $"\"{words.IdentifierAlone}\": {ShortcutStudy.Pattern} − {ShortcutStudy.RandomPattern}", ShortcutExperiment.Extraction, score,
        new(ShortcutStudy.Pattern, words.IdentifierAlone), new(ShortcutStudy.RandomPattern, words.IdentifierAlone)));

    private static IEnumerable<ShortcutQuestion> Spectrum()
    {
        ShortcutQuestion Ask(string a, string b) => new(ShortcutTopic.Spectrum, $"match with the protection: {a} − {b}", ShortcutExperiment.Spectrum, "correlation", new(a, "match"), new(b, "match"));
        yield return Ask(ShortcutStudy.Protected, ShortcutStudy.Random);
        yield return Ask(ShortcutStudy.Pattern, ShortcutStudy.RandomPattern);
    }

    private static IEnumerable<ShortcutQuestion> Dose(ExtractionPrompts words, ShortcutReport report)
    {
        var doses = report.Trainings(ShortcutExperiment.Dose).OrderBy(d => double.Parse(d, CultureInfo.InvariantCulture)).ToArray();
        var steps = report.Places(ShortcutExperiment.Dose);
        if (doses.Length < 2 || steps.Count == 0) yield break;
        ShortcutQuestion Ask(string question, string score, (string Dose, double Steps) a, (string Dose, double Steps) b) =>
            new(ShortcutTopic.Dose, question, ShortcutExperiment.Dose, score, new(a.Dose, words.IdentifierAndClass, a.Steps), new(b.Dose, words.IdentifierAndClass, b.Steps));
        yield return Ask("at the last step: largest dose − none", Noise, (doses[^1], steps[^1]), (doses[0], steps[^1]));
        if (doses.Length > 2) yield return Ask("at the last step: largest dose − smallest", Noise, (doses[^1], steps[^1]), (doses[1], steps[^1]));
        if (steps.Count > 1) yield return Ask("largest dose: at the last step − at the first", Noise, (doses[^1], steps[^1]), (doses[^1], steps[0]));
    }
}
