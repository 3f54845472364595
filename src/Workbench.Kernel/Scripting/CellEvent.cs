using Workbench.Kernel.Documents;

namespace Workbench.Kernel.Scripting;

/// <summary>Something that a running cell shows; events of one cell arrive one at a time and in order.</summary>
public abstract record CellEvent;

/// <summary>Console text ("stdout" or "stderr").</summary>
public sealed record StreamWritten(string Name, string Text) : CellEvent;

/// <summary>A displayed value; with an id it can be updated later.</summary>
public sealed record ValueDisplayed(MimeBundle Data, string? DisplayId) : CellEvent;

/// <summary>The display of this id now shows other content, wherever in the notebook it stands.</summary>
public sealed record DisplayUpdated(string DisplayId, MimeBundle Data) : CellEvent;

/// <summary>The value of the cell's last expression.</summary>
public sealed record ResultProduced(MimeBundle Data) : CellEvent;

/// <summary>The cell's outputs so far are dropped, at once or when the next one comes.</summary>
public sealed record OutputCleared(bool Wait) : CellEvent;
