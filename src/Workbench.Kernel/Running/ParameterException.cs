namespace Workbench.Kernel.Running;

/// <summary>A parameter's name or value does not fit the notebook; the message says which and why.</summary>
public sealed class ParameterException(string message) : Exception(message);
