namespace Workbench.Kernel.Scripting;

/// <summary>A cell could not be stopped and goes on; its session is lost.</summary>
internal sealed class CellStuckException(string message) : Exception(message);
