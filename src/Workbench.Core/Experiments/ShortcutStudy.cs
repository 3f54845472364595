using System.Globalization;
using Workbench.Analysis.Shortcuts;
using Workbench.Imaging;
using Workbench.Personalization;
using Workbench.Perturbations;
using Workbench.Tensors;

namespace Workbench.Experiments;

/// <summary>All shortcut experiments over several people, one file a person, so that a stopped study goes on where it stopped.</summary>
/// <seealso href="notebooks/02-shortcut-learning.ipynb">Explained in notebook 02.</seealso>
public static class ShortcutStudy
{
    /// <summary>Names of the trainings.</summary>
    public const string Clean = "clean", Random = "random noise", Protected = "protected", Decoupled = "protected + CDL",
        Swapped = "protected, swapped name", Pattern = "pattern on grey", RandomPattern = "random noise on grey";

    /// <summary>The four trainings on photos of the person that differ in pattern and decoupling only.</summary>
    public static IReadOnlyList<string> Mains { get; } = [Clean, Random, Protected, Decoupled];

    /// <summary>Runs the experiments on one person.</summary>
    /// <param name="lab">The person.</param>
    /// <param name="options">Settings, for the swap test's words.</param>
    /// <param name="progress">Hears the name of each training as it begins.</param>
    public static IReadOnlyList<ShortcutRow> Run(ShortcutLab lab, ShortcutOptions options, IProgress<string>? progress = null)
    {
        ImageBatch? control = null;
        void One(string name, ImageBatch photos, ContrastiveDecoupling? decoupling = null, string? identifier = null, bool isSide = false)
        {
            progress?.Report(name);
            using var model = lab.Train(name, photos, decoupling, identifier, isSide);
            var trained = options.Prompts with { Identifier = identifier ?? options.Prompts.Identifier };
            var drawn = lab.Extract(name, model).Single(c => c.Prompt == trained.IdentifierAndClass).Pictures;
            control ??= drawn;
            if (!ReferenceEquals(control, drawn)) lab.MatchSpectrum(name, drawn, control);
        }
        One(Clean, lab.Photos.B);
        One(Random, lab.Random);
        One(Protected, lab.Protected);
        One(Decoupled, lab.Protected, ContrastiveDecoupling.Paper);
        One(Swapped, lab.Protected, identifier: options.Swapped.Identifier);
        using var pattern = NoiseOnlyPhotos.Of(lab.Photos.B, lab.Protected);
        using var randomPattern = NoiseOnlyPhotos.Of(lab.Photos.B, lab.Random);
        One(Pattern, pattern, isSide: true);
        One(RandomPattern, randomPattern, isSide: true);
        if (options.Doses.Count > 0)
        {
            progress?.Report("doses");
            lab.Doses();
        }
        return lab.Rows;
    }

    /// <summary>Runs or resumes the study; processes that are started on the same folder share the people.</summary>
    /// <param name="models">Left unchanged.</param>
    /// <param name="options">Settings.</param>
    /// <param name="subjects">Numbers of the people.</param>
    /// <param name="folder">Keeps one file of numbers and one sheet of pictures a person; a person whose file is there is not done again, unless settings or weights have changed.</param>
    /// <param name="seed">Of all draws.</param>
    /// <param name="progress">Hears of a person's photos, and of each training, as they are begun.</param>
    /// <param name="cancellationToken">Stops between two steps; the person under way is done again next time.</param>
    public static ShortcutReport Run(
        ScenarioModels models, ShortcutOptions options, IReadOnlyList<int> subjects, string folder, Seed seed,
        IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        var files = new PersonFiles(folder, PersonFiles.Settings(
            new { Options = options, Protection = PerturbationCatalog.Create(options.Perturbation, options.Budget, options.Profile).Settings }, models, seed));
        files.Make(subjects, subject =>
        {
            progress?.Report(string.Create(CultureInfo.InvariantCulture, $"person {subject}: photos")); // protections take minutes too
            using var lab = new ShortcutLab(models, options, subject, seed.For(subject), cancellationToken);
            Run(lab, options, progress is null ? null : new Named(progress, subject));
            // The numbers come last: who finds them finds the sheet too.
            ShortcutSheet.Compose(lab, options).SavePng(ShortcutSheet.PathOf(folder, subject));
            new ShortcutReport(lab.Rows).Write(files.Of(subject));
        }, cancellationToken);
        return ShortcutReport.OfFiles(files.Done());
    }

    private sealed class Named(IProgress<string> outer, int subject) : IProgress<string>
    {
        public void Report(string value) => outer.Report(string.Create(CultureInfo.InvariantCulture, $"person {subject}: {value}"));
    }
}
