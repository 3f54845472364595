using System.Text;

namespace Workbench.Kernel.Scripting;

/// <summary>Sends console writes of a running cell to that cell, and all others to the real console.</summary>
internal sealed class ConsoleRouter : TextWriter
{
    private static readonly Lock Gate = new();
    private static bool installed;
    private readonly string name;
    private readonly TextWriter original;

    private ConsoleRouter(string name, TextWriter original) => (this.name, this.original) = (name, original);

    public override Encoding Encoding => original.Encoding;

    /// <summary>Takes over Console.Out, Console.Error and Console.In, once a process.</summary>
    public static void Install()
    {
        lock (Gate)
        {
            if (installed) return;
            Console.SetOut(new ConsoleRouter("stdout", Console.Out));
            Console.SetError(new ConsoleRouter("stderr", Console.Error));
            Console.SetIn(new CellReader(Console.In));
            installed = true;
        }
    }

    public override void Write(char value) => Send(value.ToString());

    public override void Write(string? value) => Send(value);

    public override void Write(char[] buffer, int index, int count) => Send(new string(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Send(buffer.ToString());

    public override void WriteLine() => Send("\n");

    public override void WriteLine(string? value) => Send(value + "\n");

    public override void WriteLine(ReadOnlySpan<char> buffer) => Send(string.Concat(buffer, "\n"));

    public override Task WriteAsync(char value)
    {
        Write(value);
        return Task.CompletedTask;
    }

    public override Task WriteAsync(string? value)
    {
        Write(value);
        return Task.CompletedTask;
    }

    public override Task WriteLineAsync(string? value)
    {
        WriteLine(value);
        return Task.CompletedTask;
    }

    public override void Flush()
    {
        if (CellScope.Current is null) original.Flush();
    }

    private void Send(string? text)
    {
        if (string.IsNullOrEmpty(text)) return;
        if (CellScope.Current is { } cell) cell.Emit(new StreamWritten(name, text));
        else original.Write(text);
    }
}
