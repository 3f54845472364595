namespace Workbench.Kernel.Scripting;

/// <summary>A cell to run, and what it may ask of its host.</summary>
/// <param name="Code">C#, with the magics of the common subset.</param>
/// <param name="OnEvent">Receives what the cell shows, in order; also later, from work that the cell left running.</param>
public sealed record CellRequest(string Code, Action<CellEvent> OnEvent)
{
    /// <summary>False for code that takes no number in <c>In[n]</c>, such as expressions that a front end evaluates.</summary>
    public bool IsCounted { get; init; } = true;

    /// <summary>Asks the user for a line; null where nobody can be asked.</summary>
    public Func<InputPrompt, CancellationToken, string>? Input { get; init; }

    /// <summary>The channels between cells and widgets of the front end; null where there is none.</summary>
    public Display.CommHub? Comms { get; init; }
}

/// <summary>A question to the user.</summary>
/// <param name="Text">What to ask.</param>
/// <param name="IsPassword">The answer must not be shown.</param>
public sealed record InputPrompt(string Text, bool IsPassword = false);
