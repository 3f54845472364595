namespace Workbench.Kernel.Documents;

/// <summary>A file is not a notebook that can be read; the message names the file and the reason.</summary>
public sealed class NotebookFormatException : Exception
{
    /// <summary>Creates the exception for a named source (a path, or a word for a text in memory).</summary>
    public NotebookFormatException(string source, string reason, Exception? inner = null)
        : base($"'{source}' is not a notebook: {reason}", inner) => (Source, Reason) = (source, reason);

    /// <summary>The file's path or the name that the caller gave the text.</summary>
    public new string Source { get; }

    /// <summary>Why it cannot be read.</summary>
    public string Reason { get; }
}
