namespace Workbench.Kernel.Protocol;

/// <summary>A connection file cannot be used; the message names the file and the reason.</summary>
public sealed class ConnectionFileException(string path, string reason, Exception? inner = null)
    : Exception($"Connection file '{path}': {reason}", inner);
