using System.CommandLine;
using System.Globalization;
using Workbench.Kernel.Installation;

namespace Workbench.Cli;

/// <summary><c>workbench kernel benchmark</c>: measures the kernel of this build.</summary>
internal static class KernelBenchmarkVerb
{
    public static Command Create()
    {
        var cells = new Option<int>("--cells") { Description = "Cells to run in one kernel.", DefaultValueFactory = _ => 10_000 };
        var declaring = new Option<int>("--declaring") { Description = "Cells after these that declare a variable.", DefaultValueFactory = _ => 100 };
        var command = new Command("benchmark", "Measures start-up, trivial cells, completion, and memory over many cells.") { cells, declaring };
        command.SetAction((parse, cancellation) =>
        {
            var start = KernelSpec.For(typeof(KernelBenchmarkVerb).Assembly.Location).Command;
            var result = KernelBenchmark.Run(start, parse.GetValue(cells), parse.GetValue(declaring), cancellation: cancellation);
            Show("ready after start", result.ReadySeconds, "s");
            Show("first cell done after start", result.FirstCellSeconds, "s");
            Show("trivial cell, median", result.CellMilliseconds, "ms");
            Show("trivial cell, 95th percentile", result.SlowCellMilliseconds, "ms");
            Show("trivial cell, processor time", result.CpuMilliseconds, "ms");
            Show("declaring cell, median", result.DeclaringMilliseconds, "ms");
            Show("completion, warm median", result.CompletionMilliseconds, "ms");
            Show("memory slope, second half", result.BytesPerCell, "bytes a cell");
            foreach (var (count, bytes) in result.Memory) Show($"memory after {count} cells", bytes / 1048576.0, "MiB");
            return Task.FromResult(0);
        });
        return command;
    }

    private static void Show(string what, double value, string unit) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-32} {value,10:0.0} {unit}"));
}
