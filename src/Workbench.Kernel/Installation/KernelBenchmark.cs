using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Workbench.Kernel.Installation;

/// <summary>What was measured of a kernel in one run.</summary>
/// <param name="ReadySeconds">From the start of the process to the answer of kernel_info.</param>
/// <param name="FirstCellSeconds">From the start of the process to the end of the first cell.</param>
/// <param name="CellMilliseconds">Median time of a cell <c>i + 1</c>, as the front end sees it.</param>
/// <param name="SlowCellMilliseconds">Its 95th percentile.</param>
/// <param name="CpuMilliseconds">Processor time of the kernel a cell, which other work on the machine disturbs less.</param>
/// <param name="DeclaringMilliseconds">Median time of a cell that declares a variable.</param>
/// <param name="CompletionMilliseconds">Median time of a completion with documentation, warm.</param>
/// <param name="Memory">Resident bytes by the number of cells run.</param>
public sealed record KernelMeasurement(
    double ReadySeconds, double FirstCellSeconds, double CellMilliseconds, double SlowCellMilliseconds, double CpuMilliseconds,
    double DeclaringMilliseconds, double CompletionMilliseconds, IReadOnlyList<(int Cells, long Bytes)> Memory)
{
    /// <summary>Bytes a cell, by least squares over the second half of the run (the first half holds warming up).</summary>
    public double BytesPerCell
    {
        get
        {
            var late = Memory.Skip(Memory.Count / 2).ToList();
            if (late.Count < 2) return double.NaN;
            var (x, y) = (late.Average(m => (double)m.Cells), late.Average(m => (double)m.Bytes));
            return late.Sum(m => (m.Cells - x) * (m.Bytes - y)) / late.Sum(m => (m.Cells - x) * (m.Cells - x));
        }
    }
}

/// <summary>Measures start-up, the time of trivial cells, completion, and the memory of thousands of cells.</summary>
public static class KernelBenchmark
{
    private const int Points = 20;
    private const int Completions = 30;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <param name="command">How the kernel is started (a kernelspec's argv).</param>
    /// <param name="cells">How many cells to run in one kernel.</param>
    /// <param name="declaring">How many of them, at the end, declare a variable.</param>
    /// <param name="progress">Told the fraction done.</param>
    /// <param name="cancellation">Stops the measurement.</param>
    public static KernelMeasurement Run(IReadOnlyList<string> command, int cells, int declaring, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        var clock = Stopwatch.StartNew();
        using var kernel = new KernelProbe(command);
        Need(kernel.Ask("kernel_info_request", [], Patience));
        var ready = clock.Elapsed.TotalSeconds;
        Need(kernel.Execute("var i = 0;", Patience, silent: false));
        var first = clock.Elapsed.TotalSeconds;
        for (var warm = 0; warm < 20; warm++) Need(kernel.Execute("i + 1", Patience, silent: false));

        var memory = new List<(int, long)> { (0, Memory(kernel)) };
        var cpu = Cpu(kernel);
        List<double> times = [];
        for (var n = 1; n <= cells; n++)
        {
            cancellation.ThrowIfCancellationRequested();
            times.Add(Timed(() => Need(kernel.Execute("i + 1", Patience, silent: false))));
            if (n % Math.Max(1, cells / Points) != 0) continue;
            memory.Add((n, Memory(kernel)));
            progress?.Report((double)n / (cells + declaring));
        }

        cpu = (Cpu(kernel) - cpu) / cells;
        var declared = Enumerable.Range(0, declaring).Select(n => Timed(() => Need(kernel.Execute($"var v{n} = i + {n};", Patience, silent: false)))).ToList();
        JsonObject request() => new() { ["code"] = "Console.WriteLi", ["cursor_pos"] = 15 };
        Need(kernel.Ask("complete_request", request(), Patience));
        var completions = Enumerable.Range(0, Completions).Select(_ => Timed(() => Need(kernel.Ask("complete_request", request(), Patience)))).ToList();
        return new(ready, first, At(times, 0.5), At(times, 0.95), cpu, At(declared, 0.5), At(completions, 0.5), memory);
    }

    private static long Memory(KernelProbe kernel) =>
        Need(kernel.Ask("usage_request", [], Patience, onControl: true))["kernel_memory"]!.GetValue<long>();

    private static double Cpu(KernelProbe kernel)
    {
        var reply = Need(kernel.Execute("", Patience, "Environment.CpuUsage.TotalTime.TotalMilliseconds"));
        return double.Parse(reply["user_expressions"]!["value"]!["data"]!["text/plain"]!.ToString(), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static double Timed(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static double At(List<double> values, double quantile)
    {
        if (values.Count == 0) return double.NaN;
        var sorted = values.Order().ToList();
        return sorted[(int)((sorted.Count - 1) * quantile)];
    }

    private static JsonObject Need(JsonObject? reply)
    {
        if (reply is null) throw new TimeoutException($"The kernel did not answer within {Patience.TotalSeconds:0} s.");
        return reply["status"]?.ToString() == "error" ? throw new InvalidOperationException($"The kernel answered: {reply["evalue"]}") : reply;
    }
}
