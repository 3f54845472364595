namespace Workbench.Kernel.Scripting;

/// <summary>
/// The running cell, as everything that its code starts sees it: it flows with await, tasks and threads, so that
/// output written later still belongs to the cell that started it.
/// </summary>
internal sealed class CellScope(Action<CellEvent> sink, CancellationToken cancellation)
{
    private static readonly AsyncLocal<CellScope?> Ambient = new();
    private readonly Lock gate = new();

    public static CellScope? Current { get => Ambient.Value; set => Ambient.Value = value; }

    /// <summary>Fires when the user interrupts the cell or its time is up.</summary>
    public CancellationToken Cancellation { get; } = cancellation;

    public void Emit(CellEvent e)
    {
        lock (gate) sink(e);
    }
}
