namespace Workbench.Models.Clip;

/// <summary>What happens to a prompt that has more tokens than the text encoder takes.</summary>
public enum PromptOverflow
{
    /// <summary>An error that names the prompt, its number of tokens and the limit.</summary>
    Error,

    /// <summary>The tail is cut off, the end token stays: what diffusers does.</summary>
    Truncate,
}
