namespace Workbench.Kernel.Scripting;

/// <summary>Console.In of cells: a line is asked of the front end. Outside of cells it is the real console.</summary>
internal sealed class CellReader(TextReader original) : TextReader
{
    private readonly Lock gate = new();
    private string rest = "";

    public override string? ReadLine()
    {
        if (CellScope.Current is not { } cell) return original.ReadLine();
        lock (gate)
        {
            if (rest.Length == 0) return cell.Ask("", password: false);
            var line = rest.TrimEnd('\n');
            rest = "";
            return line;
        }
    }

    public override int Read()
    {
        if (CellScope.Current is not { } cell) return original.Read();
        lock (gate)
        {
            if (rest.Length == 0) rest = cell.Ask("", password: false) + "\n";
            var first = rest[0];
            rest = rest[1..];
            return first;
        }
    }

    public override int Peek() => CellScope.Current is null ? original.Peek() : rest.Length > 0 ? rest[0] : -1;

    public override Task<string?> ReadLineAsync() => Task.FromResult(ReadLine());

    public override ValueTask<string?> ReadLineAsync(CancellationToken cancellationToken) => new(ReadLine());
}
