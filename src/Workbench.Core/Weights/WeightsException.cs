namespace Workbench.Weights;

/// <summary>A file of weights or a model folder is damaged, incomplete, or does not fit the module it is loaded into.</summary>
/// <remarks>The message names the file, the tensor or key where there is one, and the reason.</remarks>
public sealed class WeightsException : Exception
{
    /// <summary>Creates the exception from a complete message.</summary>
    public WeightsException(string message, Exception? inner = null) : base(message, inner)
    {
    }

    /// <summary>Creates the exception for <paramref name="file"/>, and <paramref name="tensor"/> where one is to blame.</summary>
    public WeightsException(string file, string? tensor, string reason, Exception? inner = null)
        : base(tensor is null ? $"{file}: {reason}" : $"{file}: tensor '{tensor}': {reason}", inner)
    {
    }
}
