namespace Workbench.Experiments.Claims;

/// <summary>One of the paper's claims, as contrasts that must all be above zero.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Title">In a few words.</param>
/// <param name="Statement">The claim in words.</param>
/// <param name="Parts">What must hold, all together.</param>
/// <seealso href="notebooks/05-paper-tables.ipynb">Explained in notebook 05.</seealso>
public sealed record Claim(int Number, string Title, string Statement, IReadOnlyList<ClaimContrast> Parts)
{
    /// <summary>Condition: protected through the purifier (adaptive attack), nothing done about it.</summary>
    public const string Adaptive = "adaptive";

    /// <summary>Condition: protected through the purifier, then purified and trained with decoupling.</summary>
    public const string AdaptiveBoth = "adaptive+purified+cdl";

    /// <summary>The paper's six claims.</summary>
    public static IReadOnlyList<Claim> Paper { get; } =
    [
        new(1, "Protection degrades", "A model trained on protected photos draws worse pictures.",
            [ClaimContrast.Difference("quality: clean above protected", ClaimMeasure.Quality, MiniWorldStudy.Clean, MiniWorldStudy.Protected)]),
        new(2, "Random noise does less", "Random noise of the same size degrades less. (The paper: not at all. Tested: it leaves quality nearer to clean than to protected.)",
            [
                new("quality: random noise above the middle of clean and protected", ClaimMeasure.Quality, [(MiniWorldStudy.Random, 1), (MiniWorldStudy.Clean, -0.5), (MiniWorldStudy.Protected, -0.5)]),
                ClaimContrast.Difference("quality: clean above protected", ClaimMeasure.Quality, MiniWorldStudy.Clean, MiniWorldStudy.Protected),
            ]),
        new(3, "CLIP displacement", "Protected photos lie nearer to noise than clean ones do, and random noise of the same size does not move them as far.",
            [
                ClaimContrast.Difference("displacement: protected above clean", ClaimMeasure.Displacement, MiniWorldStudy.Protected, MiniWorldStudy.Clean),
                ClaimContrast.Difference("displacement: protected above random noise", ClaimMeasure.Displacement, MiniWorldStudy.Protected, MiniWorldStudy.Random),
            ]),
        new(4, "Purification realigns", "Purified photos lie nearer to the person again.",
            [ClaimContrast.Difference("displacement: protected above purified", ClaimMeasure.Displacement, MiniWorldStudy.Protected, MiniWorldStudy.Purified)]),
        new(5, "Decoupling adds on top", "With contrastive decoupling, training on purified photos gives better pictures of the person than purification alone.",
            [
                ClaimContrast.Difference("quality: both above purification alone", ClaimMeasure.Quality, MiniWorldStudy.Both, MiniWorldStudy.Purified),
                ClaimContrast.Difference("identity: both above purification alone", ClaimMeasure.Identity, MiniWorldStudy.Both, MiniWorldStudy.Purified),
            ]),
        new(6, "Adaptive attack weakens, does not undo", "A protection made through the purifier weakens the defense, yet defended models stay better than undefended ones.",
            [
                ClaimContrast.Difference("quality: defense above defense under the adaptive attack", ClaimMeasure.Quality, MiniWorldStudy.Both, AdaptiveBoth),
                ClaimContrast.Difference("quality: defense under the adaptive attack above none", ClaimMeasure.Quality, AdaptiveBoth, Adaptive),
            ]),
    ];

    /// <summary>
    /// The claims about generations once more, with CLIP's noise probe in place of its quality prompts: a second reading, for worlds in which the
    /// quality prompts hardly tell pictures apart.
    /// </summary>
    public static IReadOnlyList<Claim> PaperByNoise { get; } = [.. Paper.Where(c => c.Parts.Any(p => p.Measure == ClaimMeasure.Quality)).Select(c => c with
    {
        Parts = [.. c.Parts.Select(p => p.Measure != ClaimMeasure.Quality ? p : new ClaimContrast(
            p.Words.Replace("quality:", "freedom from noise:", StringComparison.Ordinal), ClaimMeasure.FreedomFromNoise, p.Weights))],
    })];

    /// <summary>
    /// What the paper does not tell apart, and its referees asked for: decoupling in training and suffix alone, without the negative prompt.
    /// </summary>
    public static IReadOnlyList<Claim> WithoutNegativePrompt { get; } =
    [
        new(1, "Decoupling alone frees from noise", "Trained with the noise token and sampled without it, models of protected photos draw less noise and keep at least half of the likeness.",
            [
                ClaimContrast.Difference("freedom from noise: decoupling above none", ClaimMeasure.FreedomFromNoise, MiniWorldStudy.DecoupledNoNegative, MiniWorldStudy.Protected),
                new("identity: half of it kept", ClaimMeasure.Identity, [(MiniWorldStudy.DecoupledNoNegative, 1), (MiniWorldStudy.Protected, -0.5)]),
            ]),
        new(2, "Decoupling adds on top", "With the noise token in training, purified photos give better pictures than purification alone.",
            [ClaimContrast.Difference("quality: both above purification alone", ClaimMeasure.Quality, MiniWorldStudy.BothNoNegative, MiniWorldStudy.Purified)]),
        new(3, "The negative prompt frees from noise", "The negative prompt takes noise off the pictures of decoupled models.",
            [ClaimContrast.Difference("freedom from noise: with the negative prompt above without", ClaimMeasure.FreedomFromNoise, MiniWorldStudy.Decoupled, MiniWorldStudy.DecoupledNoNegative)]),
        new(4, "The negative prompt keeps the person", "The negative prompt leaves at least half of the likeness.",
            [new("identity: half of it kept", ClaimMeasure.Identity, [(MiniWorldStudy.Decoupled, 1), (MiniWorldStudy.DecoupledNoNegative, -0.5)])]),
    ];
}
