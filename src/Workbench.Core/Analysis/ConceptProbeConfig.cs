namespace Workbench.Analysis;

/// <summary>The two concepts between which <see cref="ConceptProbe"/> decides, and how sharply.</summary>
/// <remarks>The paper names the concepts ("person" and "noise") but neither its prompts nor its CLIP variant: these are our choice.</remarks>
/// <seealso href="notebooks/03-latent-misalignment.ipynb">Explained in notebook 03.</seealso>
public sealed record ConceptProbeConfig
{
    /// <summary>Several ways to say each concept, averaged: for OpenAI's CLIP.</summary>
    public static ConceptProbeConfig Paper { get; } = new();

    /// <summary>One pair of prompts that differ in one word, so that only the noise can tell them apart: for a CLIP with a small vocabulary.</summary>
    public static ConceptProbeConfig OneWord { get; } = new() { SubjectPrompts = ["a photo of person"], NoisePrompts = ["a noisy photo of person"] };

    /// <summary>Prompts of the subject.</summary>
    public IReadOnlyList<string> SubjectPrompts { get; init; } = ["a photo of a person", "a portrait of a person", "a photo of a face"];

    /// <summary>Prompts of noise.</summary>
    public IReadOnlyList<string> NoisePrompts { get; init; } = ["a noisy image", "an image with noisy pattern", "abstract noise pattern"];

    /// <summary>Factor on the cosines before the softmax; null takes the model's own (100 for OpenAI's).</summary>
    public double? LogitScale { get; init; }

    /// <summary>In a table's words: the prompts of noise against those of the subject, quoted.</summary>
    internal string InWords()
    {
        static string Quoted(IReadOnlyList<string> prompts) => string.Join(", ", prompts.Select(p => $"\"{p}\""));
        return $"CLIP's {Quoted(NoisePrompts)} against {Quoted(SubjectPrompts)}";
    }

    /// <summary>Checks that each concept has a prompt and the factor is positive.</summary>
    /// <exception cref="ArgumentException">Something is missing; says what.</exception>
    public void Validate()
    {
        if (SubjectPrompts.Count == 0) throw new ArgumentException($"{nameof(SubjectPrompts)} is empty: the probe needs a prompt of the subject.");
        if (NoisePrompts.Count == 0) throw new ArgumentException($"{nameof(NoisePrompts)} is empty: the probe needs a prompt of noise.");
        if (LogitScale <= 0) throw new ArgumentException($"{nameof(LogitScale)} is {LogitScale}: expected a positive factor, or null for the model's own.");
    }
}
