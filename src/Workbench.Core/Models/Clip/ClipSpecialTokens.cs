namespace Workbench.Models.Clip;

/// <summary>The names that CLIP's vocabularies give to their special tokens.</summary>
public static class ClipSpecialTokens
{
    /// <summary>Opens every prompt.</summary>
    public const string StartOfText = "<|startoftext|>";

    /// <summary>Closes every prompt; the encoder pools there.</summary>
    public const string EndOfText = "<|endoftext|>";

    /// <summary>Marks the last symbol of a word inside vocab.json and merges.txt.</summary>
    public const string EndOfWord = "</w>";
}
