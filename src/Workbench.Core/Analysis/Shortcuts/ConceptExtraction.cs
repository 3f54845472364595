using Workbench.Imaging;
using Workbench.Personalization;
using Workbench.Tensors;

namespace Workbench.Analysis.Shortcuts;

/// <summary>
/// The paper's concept extraction: draw from the identifier without the class word, with it, and from the noise token alone, to see which
/// words came to mean what.
/// </summary>
/// <seealso href="notebooks/02-shortcut-learning.ipynb">Explained in notebook 02.</seealso>
public static class ConceptExtraction
{
    /// <summary>Draws and scores pictures of each prompt, exactly as it stands: no suffix, no negative prompt.</summary>
    /// <param name="model">The personalised model.</param>
    /// <param name="prompts">See <see cref="ExtractionPrompts"/>.</param>
    /// <param name="sampling">How many, and how.</param>
    /// <param name="judge">Scores them.</param>
    /// <param name="references">Clean photos of the subject.</param>
    /// <param name="seed">Of the noise, the same for every prompt.</param>
    /// <param name="cancellationToken">Stops between two sampling steps.</param>
    /// <returns>One entry a prompt; the caller disposes the pictures.</returns>
    public static IReadOnlyList<ExtractedConcept> Run(
        PersonalizedModel model, IReadOnlyList<string> prompts, SamplingConfig sampling, ShortcutJudge judge, ImageBatch references, Seed seed,
        CancellationToken cancellationToken = default)
    {
        var found = new List<ExtractedConcept>();
        foreach (var prompt in prompts)
        {
            var pictures = model.Generate([prompt], sampling, seed, ContrastiveDecoupling.Off, cancellationToken: cancellationToken);
            found.Add(new ExtractedConcept(prompt, pictures, judge.Score(pictures, references)));
        }
        return found;
    }
}

/// <summary>What one prompt brings out of a model.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="Pictures">The pictures.</param>
/// <param name="Scores">Their scores.</param>
/// <seealso href="notebooks/02-shortcut-learning.ipynb">Explained in notebook 02.</seealso>
public sealed record ExtractedConcept(string Prompt, ImageBatch Pictures, ShortcutScores Scores) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Pictures.Dispose();
}
