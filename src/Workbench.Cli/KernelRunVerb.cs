using System.CommandLine;
using System.Runtime.InteropServices;
using Workbench.Kernel.Jupyter;
using Workbench.Kernel.Protocol;
using Workbench.Kernel.Watching;

namespace Workbench.Cli;

/// <summary><c>workbench kernel run</c>: what a front end starts. It watches a second process, which runs the cells.</summary>
internal static class KernelRunVerb
{
    private const string WorkerOption = "--watched-by";

    public static Command Create()
    {
        var file = new Option<string>("--connection-file", "-f") { Description = "The file in which the front end says where to listen.", Required = true };
        var watcher = new Option<string?>(WorkerOption) { Hidden = true };
        var command = new Command("run", "Runs the kernel; Jupyter does this.") { file, watcher };
        command.SetAction(async (parse, cancellation) =>
        {
            var connection = ConnectionFile.Read(parse.GetRequiredValue(file));
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
            {
                signal.Cancel = true;
                stop.Cancel();
            });
            return parse.GetValue(watcher) is { } handle
                ? await WorkAsync(connection, handle, stop).ConfigureAwait(false)
                : await WatchAsync(connection, parse.GetRequiredValue(file), stop.Token).ConfigureAwait(false);
        });
        return command;
    }

    private static async Task<int> WatchAsync(ConnectionFile connection, string file, CancellationToken cancellation)
    {
        var watcher = new KernelWatcher(connection, Console.Error.WriteLine);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
        {
            signal.Cancel = true;
            watcher.Interrupt();
        });
        // On Windows front ends hand over a handle of theirs there, no process number.
        int? parent = !OperatingSystem.IsWindows() && int.TryParse(Environment.GetEnvironmentVariable("JPY_PARENT_PID"), out var id) ? id : null;
        var host = Environment.ProcessPath!;
        string[] program = Path.GetFileNameWithoutExtension(host) == "dotnet" ? [typeof(KernelRunVerb).Assembly.Location] : [];
        return await watcher.RunAsync(host, [.. program, "kernel", "run", "--connection-file", file, WorkerOption], parent, cancellation).ConfigureAwait(false);
    }

    private static async Task<int> WorkAsync(ConnectionFile connection, string reportHandle, CancellationTokenSource stop)
    {
        var log = Console.Error;
        JupyterKernel? kernel = null;
        using var watched = new WatchedProcess(reportHandle, () => kernel?.Interrupt(), stop.Cancel);
        using var ignored = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true); // the watcher passes it on
        using (kernel = new(connection, new() { Log = text => log.WriteLine($"[workbench kernel] {text}"), RequestBegun = watched.Report }))
            await kernel.RunAsync(stop.Token).ConfigureAwait(false);
        watched.ReportEnding();
        Environment.Exit(0); // threads that cells have left running do not keep the process
        return 0;
    }
}
