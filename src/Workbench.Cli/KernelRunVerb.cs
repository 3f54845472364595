using System.CommandLine;
using System.Runtime.InteropServices;
using Workbench.Kernel.Jupyter;
using Workbench.Kernel.Protocol;
using Workbench.Tensors;

namespace Workbench.Cli;

/// <summary><c>workbench kernel run</c>: what a front end starts.</summary>
internal static class KernelRunVerb
{
    public static Command Create()
    {
        var file = new Option<string>("--connection-file", "-f") { Description = "The file in which the front end says where to listen.", Required = true };
        var command = new Command("run", "Runs the kernel; Jupyter does this.") { file };
        command.SetAction(async (parse, cancellation) =>
        {
            NativeTorch.EnsureLoadable(AppContext.BaseDirectory); // a cell may use TorchSharp without touching the core first
            var log = Console.Error;
            using var kernel = new JupyterKernel(ConnectionFile.Read(parse.GetRequiredValue(file)), new() { Log = text => log.WriteLine($"[workbench kernel] {text}") });
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
            {
                signal.Cancel = true;
                kernel.Interrupt();
            });
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
            {
                signal.Cancel = true;
                stop.Cancel();
            });
            await kernel.RunAsync(stop.Token).ConfigureAwait(false);
            kernel.Dispose();
            Environment.Exit(0); // threads that cells have left running do not keep the process
            return 0;
        });
        return command;
    }
}
