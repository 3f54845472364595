using System.CommandLine;
using System.Globalization;
using Workbench.Kernel.Installation;

namespace Workbench.Cli;

/// <summary><c>workbench kernel benchmark</c>: measures the kernel of this build.</summary>
internal static class KernelBenchmarkVerb
{
    private const double MiB = 1 << 20;

    public static Command Create()
    {
        var cells = new Option<int>("--cells") { Description = "Trivial cells to run in one kernel.", DefaultValueFactory = _ => 10_000 };
        var repeated = new Option<int>("--repeated") { Description = "Cells after these that declare one variable again and again.", DefaultValueFactory = _ => 1000 };
        var declaring = new Option<int>("--declaring") { Description = "Cells after those that declare a new variable each.", DefaultValueFactory = _ => 1000 };
        var command = new Command("benchmark", "Measures start-up, cells, completion, and memory over many cells.") { cells, repeated, declaring };
        command.SetAction((parse, cancellation) =>
        {
            var start = KernelSpec.For(typeof(KernelBenchmarkVerb).Assembly.Location).Command;
            var result = KernelBenchmark.Run(start, parse.GetValue(cells), parse.GetValue(repeated), parse.GetValue(declaring), cancellation: cancellation);
            Show("ready after start", result.ReadySeconds, "s");
            Show("first cell done after start", result.FirstCellSeconds, "s");
            Show("trivial cell", result.Trivial);
            Show("cell run again", result.Repeated);
            Show("declaring cell", result.Declaring);
            Show("completion, the first", result.CompletionMilliseconds[0], "ms");
            Show("completion, median", CellSeries.Quantile(result.CompletionMilliseconds, 0.5), "ms");
            Show("completion, slowest", result.CompletionMilliseconds.Max(), "ms");
            Show("inspection, the first", result.InspectionMilliseconds[0], "ms");
            Show("inspection, median", CellSeries.Quantile(result.InspectionMilliseconds, 0.5), "ms");
            Show("inspection, slowest", result.InspectionMilliseconds.Max(), "ms");
            return Task.FromResult(0);
        });
        return command;
    }

    private static void Show(string what, CellSeries series)
    {
        if (series.Milliseconds.Count == 0) return;
        Show($"{what}, median", series.Median, "ms");
        Show($"{what}, median of the last tenth", series.LateMedian, "ms");
        Show($"{what}, 95th percentile", series.Slow, "ms");
        Show($"{what}, processor time", series.CpuMilliseconds, "ms");
        foreach (var point in series.Memory)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  after {point.Cells,6} cells: {point.Resident / MiB,8:0.0} MiB resident, {point.Live / MiB,8:0.00} MiB live"));
        Show($"{what}, resident slope", series.ResidentPerCell, "bytes a cell");
        Show($"{what}, live slope", series.LivePerCell, "bytes a cell");
    }

    private static void Show(string what, double value, string unit) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-40} {value,10:0.0} {unit}"));
}
