using Workbench.Analysis;
using Workbench.Analysis.Shortcuts;
using Workbench.Personalization;
using Workbench.Perturbations;

namespace Workbench.Experiments;

/// <summary>Settings of the shortcut experiments.</summary>
/// <seealso href="notebooks/02-shortcut-learning.ipynb">Explained in notebook 02.</seealso>
public sealed record ShortcutOptions
{
    /// <summary>The protection under study, a name of the perturbation catalog.</summary>
    public string Perturbation { get; init; } = "aspl";

    /// <summary>Its size.</summary>
    public LinfBudget Budget { get; init; } = LinfBudget.Of255(11);

    /// <summary>Settings of the protection.</summary>
    public Profile Profile { get; init; } = Profile.MiniWorld;

    /// <summary>Settings of every training.</summary>
    public DreamBoothConfig DreamBooth { get; init; } = DreamBoothConfig.MiniWorld;

    /// <summary>How pictures are drawn.</summary>
    public SamplingConfig Sampling { get; init; } = SamplingConfig.MiniWorld with { ImagesPerPrompt = 8, BatchSize = 8 };

    /// <summary>The words of the main trainings.</summary>
    public ExtractionPrompts Prompts { get; init; } = new();

    /// <summary>The identifier of the swap test.</summary>
    public ExtractionPrompts Swapped { get; init; } = new("t@t");

    /// <summary>The concepts of CLIP's probe.</summary>
    public ConceptProbeConfig Probe { get; init; } = ConceptProbeConfig.OneWord;

    /// <summary>Photos a set.</summary>
    public int PhotosPerSet { get; init; } = 4;

    /// <summary>Other people whose photos, clean and protected, ask whether the pattern is fitted.</summary>
    public int Others { get; init; } = 4;

    /// <summary>Share of the steps that the side trainings (photos without a subject, doses) take.</summary>
    public double SideSteps { get; init; } = 1;

    /// <summary>Sizes of the dose-response experiment beside 0; empty leaves it out.</summary>
    public IReadOnlyList<double> Doses { get; init; } = [4, 8, 11, 16];

    /// <summary>Forty minutes a person on a core without 16-bit matrix units, half of them for the doses.</summary>
    public static ShortcutOptions Full { get; } = new();

    /// <summary>
    /// Mist's texture, a quick protection that CLIP still sees after the autoencoder, side trainings of half the steps, two doses: some minutes in all.
    /// </summary>
    public static ShortcutOptions Smoke { get; } = new()
    {
        Perturbation = "mist-textural", SideSteps = 0.5, Doses = [11], Sampling = SamplingConfig.MiniWorld with { ImagesPerPrompt = 4, BatchSize = 4 },
    };
}
