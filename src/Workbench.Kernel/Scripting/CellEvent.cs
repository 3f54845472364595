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

/// <summary>The cell is being stopped and has come to the next step of the ladder: asked, aborted, given up.</summary>
public sealed record CellStopping(string Text) : CellEvent;

/// <summary>A message of a comm to the front end.</summary>
/// <param name="Type">"comm_open", "comm_msg" or "comm_close".</param>
/// <param name="Content">Its content.</param>
public sealed record CommSent(string Type, System.Text.Json.Nodes.JsonObject Content) : CellEvent;
