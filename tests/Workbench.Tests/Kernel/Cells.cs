using Workbench.Kernel.Scripting;
using Xunit;

namespace Workbench.Tests.Kernel;

/// <summary>Runs cells in a session and records what they show.</summary>
internal sealed class Cells : IDisposable
{
    private readonly List<CellEvent> events = [];

    public Cells(string? folder = null) => Session = new(new()
    {
        Folder = folder ?? AppContext.BaseDirectory,
        CooperativeGrace = TimeSpan.FromMilliseconds(200),
        AbortGrace = TimeSpan.FromMinutes(2),
    });

    public ScriptSession Session { get; }

    /// <summary>Events of the last cell.</summary>
    public IReadOnlyList<CellEvent> Events => events;

    public string Output(string stream = "stdout") =>
        string.Concat(events.OfType<StreamWritten>().Where(e => e.Name == stream).Select(e => e.Text));

    public async Task<CellResult> RunAsync(string code, CancellationToken cancellation = default)
    {
        events.Clear();
        return await Session.ExecuteAsync(code, events.Add, cancellation);
    }

    /// <summary>Runs a cell and stops it once it has written to the console.</summary>
    public async Task<CellResult> StopAsync(string code)
    {
        using var stop = new CancellationTokenSource();
        return await Session.ExecuteAsync($"Console.Write(1); {code}", _ => stop.CancelAfter(50), stop.Token);
    }

    /// <summary>Runs a cell that must succeed, and returns its value.</summary>
    public async Task<object?> ValueAsync(string code)
    {
        var result = await RunAsync(code);
        Assert.True(result.Status == CellStatus.Succeeded, result.Error?.Message);
        return result.Value;
    }

    /// <summary>Runs a cell that must fail, and returns its error.</summary>
    public async Task<CellError> ErrorAsync(string code)
    {
        var result = await RunAsync(code);
        Assert.Equal(CellStatus.Failed, result.Status);
        return result.Error!;
    }

    public void Dispose() => Session.Dispose();
}
