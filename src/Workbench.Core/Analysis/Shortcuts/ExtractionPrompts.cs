using Workbench.Personalization;

namespace Workbench.Analysis.Shortcuts;

/// <summary>The prompts of concept extraction.</summary>
/// <param name="Identifier">The rare word, for example <c>sks</c>.</param>
/// <param name="ClassName">The class word, for example <c>person</c>.</param>
/// <seealso href="notebooks/02-shortcut-learning.ipynb">Explained in notebook 02.</seealso>
public sealed record ExtractionPrompts(string Identifier = "sks", string ClassName = "person")
{
    /// <summary>The identifier without the class: a shortcut leaves nothing but the pattern here.</summary>
    public string IdentifierAlone => $"a photo of {Identifier}";

    /// <summary>The training prompt.</summary>
    public string IdentifierAndClass => $"a photo of {Identifier} {ClassName}";

    /// <summary>The noise token of <see cref="ContrastiveDecoupling"/> alone.</summary>
    public string NoiseTokenAlone { get; init; } = ContrastiveDecoupling.Paper.NoiseToken;

    /// <summary>The class alone: the control that prior preservation should keep clean.</summary>
    public string ClassAlone => $"a photo of {ClassName}";

    /// <summary>
    /// A prompt with the noise token behind it, as decoupling trains it. Of <see cref="IdentifierAndClass"/> this is the training sentence of decoupling; of
    /// <see cref="ClassAlone"/> it shares with that sentence the noise token only.
    /// </summary>
    public string WithNoiseToken(string prompt) => $"{prompt}, {NoiseTokenAlone}";

    /// <summary>All four.</summary>
    public IReadOnlyList<string> All => [IdentifierAlone, IdentifierAndClass, NoiseTokenAlone, ClassAlone];
}
