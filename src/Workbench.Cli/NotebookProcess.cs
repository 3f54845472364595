using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Workbench.Cli;

/// <summary>Runs one notebook in a process of its own, so that several run side by side.</summary>
internal static partial class NotebookProcess
{
    private const int TerminateSignal = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <param name="arguments">Arguments of this program.</param>
    /// <param name="line">Hears of every line as it is printed.</param>
    /// <param name="cancellation">Asks the process to stop, and kills it if it does not.</param>
    /// <returns>Its exit code, and what it printed.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(IEnumerable<string> arguments, Action<string> line, CancellationToken cancellation)
    {
        var host = Environment.ProcessPath!;
        string[] program = Path.GetFileNameWithoutExtension(host) switch
        {
            "workbench" => [host],
            "dotnet" => [host, typeof(NotebookProcess).Assembly.Location],
            _ => ["dotnet", typeof(NotebookProcess).Assembly.Location],
        };
        var start = new ProcessStartInfo(program[0], program.Skip(1).Concat(arguments))
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.TryAdd("OMP_NUM_THREADS", "1"); // the processes share the cores
        using var process = Process.Start(start) ?? throw new InvalidOperationException("the notebook's process did not start.");
        using var stop = cancellation.Register(() => Terminate(process));
        var output = ReadAsync(process.StandardOutput, line);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        return (process.ExitCode, await output.ConfigureAwait(false) + await errors.ConfigureAwait(false));
    }

    private static async Task<string> ReadAsync(StreamReader reader, Action<string> line)
    {
        var all = new StringBuilder();
        while (await reader.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) is { } text)
        {
            all.AppendLine(text);
            line(text);
        }

        return all.ToString();
    }

    /// <summary>The process keeps its notebook's outputs so far when it is asked to end.</summary>
    private static void Terminate(Process process)
    {
        if (process.HasExited) return;
        if (OperatingSystem.IsWindows()) process.Kill(entireProcessTree: true);
        else _ = Kill(process.Id, TerminateSignal);
        _ = Task.Delay(Patience).ContinueWith(
            _ =>
            {
                try
                {
                    process.Kill(entireProcessTree: true);
                }
                catch (InvalidOperationException)
                {
                    // It has ended.
                }
            },
            TaskScheduler.Default);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
