using Workbench.Kernel.Display;

namespace Workbench.Kernel.Scripting;

/// <summary>
/// The running cell, as everything that its code starts sees it: it flows with await, tasks and threads, so that
/// output written later still belongs to the cell that started it.
/// </summary>
internal sealed class CellScope(CellRequest request, CancellationToken cancellation)
{
    private static readonly AsyncLocal<CellScope?> Ambient = new();
    private readonly Lock gate = new();

    public static CellScope? Current { get => Ambient.Value; set => Ambient.Value = value; }

    /// <summary>Fires when the user interrupts the cell or its time is up.</summary>
    public CancellationToken Cancellation { get; } = cancellation;

    /// <summary>The host's comms, where it has any.</summary>
    public CommHub? Comms => request.Comms;

    public void Emit(CellEvent e)
    {
        lock (gate) request.OnEvent(e);
    }

    /// <summary>Asks the user and waits for the answer.</summary>
    /// <exception cref="InvalidOperationException">Nobody can be asked.</exception>
    public string Ask(string prompt, bool password)
    {
        if (request.Input is null)
            throw new InvalidOperationException("This cell asks for input, but nobody can answer here (a runner, or a front end that does not allow stdin).");
        return request.Input(new(prompt, password), Cancellation);
    }
}
