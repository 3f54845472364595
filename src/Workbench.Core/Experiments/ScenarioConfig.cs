using System.Text.Json.Serialization;
using Workbench.Analysis;
using Workbench.Personalization;
using Workbench.Perturbations;

namespace Workbench.Experiments;

/// <summary>What all scenarios of a study have in common.</summary>
/// <seealso href="notebooks/01-defense-pipeline.ipynb">Explained in notebook 01.</seealso>
public sealed record ScenarioConfig
{
    /// <summary>Settings of the perturbations.</summary>
    public Profile Profile { get; init; } = Profile.MiniWorld;

    /// <summary>Settings of DreamBooth; the decoupling comes from the scenario.</summary>
    public DreamBoothConfig DreamBooth { get; init; } = DreamBoothConfig.MiniWorld;

    /// <summary>How the evaluation pictures are drawn.</summary>
    public SamplingConfig Sampling { get; init; } = SamplingConfig.MiniWorld;

    /// <summary>Evaluation prompts, before any suffix.</summary>
    public IReadOnlyList<string> Prompts { get; init; } = ["a photo of sks person", "a dslr portrait of sks person"];

    /// <summary>The identifier in <see cref="Prompts"/> and in DreamBooth's instance prompt.</summary>
    [JsonIgnore]
    public string Identifier { get; init; } = "sks";

    /// <summary>Photos in each of the sets A (surrogate training), B (protected and trained on) and C (reference of the evaluation).</summary>
    public int PhotosPerSet { get; init; } = 4;

    /// <summary>What "noise" means to CLIP here.</summary>
    public ConceptProbeConfig Probe { get; init; } = ConceptProbeConfig.OneWord;

    /// <summary>The subject's class in the quality and detection prompts.</summary>
    public string SubjectWord { get; init; } = "person";

    /// <summary>Classes that detection tells the subject from.</summary>
    public IReadOnlyList<string> OtherClasses { get; init; } = ["cat", "house", "flower", "tree", "car", "an abstract pattern"];

    /// <summary>The mini world: about a minute a scenario on one core.</summary>
    public static ScenarioConfig MiniWorld { get; } = new() { Sampling = SamplingConfig.MiniWorld with { ImagesPerPrompt = 8, BatchSize = 16 } };

    /// <summary>The paper's settings, for photos of real people: 1000 steps of DreamBooth and 16 pictures a prompt; a graphics card's work.</summary>
    public static ScenarioConfig Paper { get; } = new()
    {
        Profile = Profile.Paper, DreamBooth = DreamBoothConfig.Paper, Sampling = SamplingConfig.Paper, Probe = ConceptProbeConfig.Paper, SubjectWord = "face",
    };

    /// <summary>Seconds a scenario.</summary>
    public static ScenarioConfig Smoke { get; } = new()
    {
        Profile = Profile.Smoke,
        DreamBooth = DreamBoothConfig.Smoke,
        Sampling = SamplingConfig.Smoke,
        Prompts = ["a photo of sks person"],
        PhotosPerSet = 2,
    };

    /// <summary>These settings with those of one scenario in their place: decoupling, prior weight, identifier and guidance.</summary>
    public ScenarioConfig For(Scenario scenario)
    {
        string Renamed(string prompt) => scenario.Identifier is { } word ? prompt.Replace(Identifier, word, StringComparison.Ordinal) : prompt;
        return this with
        {
            DreamBooth = DreamBooth with
            {
                Decoupling = scenario.Decoupling,
                InstancePrompt = Renamed(DreamBooth.InstancePrompt),
                PriorLossWeight = scenario.PriorLossWeight ?? DreamBooth.PriorLossWeight,
            },
            Sampling = Sampling with { GuidanceScale = scenario.GuidanceScale ?? Sampling.GuidanceScale },
            Prompts = [.. Prompts.Select(Renamed)],
            Identifier = scenario.Identifier ?? Identifier,
        };
    }
}
