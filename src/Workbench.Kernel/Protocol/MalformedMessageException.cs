namespace Workbench.Kernel.Protocol;

/// <summary>Frames from the wire are no message that may be obeyed: wrong form, or wrong signature.</summary>
public sealed class MalformedMessageException(string reason, Exception? inner = null) : Exception(reason, inner);
