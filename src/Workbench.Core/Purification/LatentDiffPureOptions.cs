namespace Workbench.Purification;

/// <summary>How far <see cref="LatentDiffPure"/> diffuses, and towards what.</summary>
public sealed record LatentDiffPureOptions : IPurifierOptions
{
    /// <summary>The compared code's: all steps from timestep 300, towards a clean photo of a person.</summary>
    public static LatentDiffPureOptions Paper { get; } = new();

    /// <summary>Words that the mini world knows ("noise-free" would name noise to it), a sixth of the steps, and half the guidance.</summary>
    public static LatentDiffPureOptions MiniWorld { get; } = new() { Prompt = "a photo of a person, clear, high resolution, high quality", Steps = 50, GuidanceScale = 4 };

    /// <summary>Three steps.</summary>
    public static LatentDiffPureOptions Smoke { get; } = MiniWorld with { Steps = 3 };

    /// <summary>Timestep to which latents are noised.</summary>
    public int Timestep { get; init; } = 300;

    /// <summary>Denoising steps, evenly spread from <see cref="Timestep"/> to 0; null takes every timestep.</summary>
    public int? Steps { get; init; }

    /// <summary>What the picture should become.</summary>
    public string Prompt { get; init; } = "a photo of a person, clear, high resolution, high quality, noise-free";

    /// <summary>The unconditional prompt of the guidance.</summary>
    public string NegativePrompt { get; init; } = "";

    /// <summary>Guidance scale; without effect where the two prompts are equal.</summary>
    public double GuidanceScale { get; init; } = 7.5;

    /// <summary>The same with an empty prompt (LatentDiffPure-∅).</summary>
    public LatentDiffPureOptions WithEmptyPrompt() => this with { Prompt = NegativePrompt };

    /// <summary>The same for pictures of another class than <c>person</c>.</summary>
    public LatentDiffPureOptions OfClass(string name) => this with { Prompt = Prompt.Replace("person", name, StringComparison.Ordinal) };

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public void Validate()
    {
        if (Timestep < 1) throw new ArgumentException($"LatentDiffPure: the timestep is {Timestep}, expected at least 1.");
        if (Steps is { } steps && (steps < 2 || steps > Timestep + 1)) throw new ArgumentException($"LatentDiffPure: {steps} steps from timestep {Timestep}, expected 2 to {Timestep + 1}.");
        if (!double.IsFinite(GuidanceScale)) throw new ArgumentException($"LatentDiffPure: the guidance scale is {GuidanceScale}.");
    }
}
