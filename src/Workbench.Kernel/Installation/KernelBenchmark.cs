using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Workbench.Kernel.Installation;

/// <summary>Measures start-up, the time and the memory of thousands of cells, completion and inspection after them.</summary>
public static class KernelBenchmark
{
    private const int Points = 20;
    private const int WarmUp = 20;
    private const int Questions = 12;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Between the last cell and the first completion: somebody reads what the cells showed.</summary>
    private static readonly TimeSpan ThinkingTime = TimeSpan.FromSeconds(5);

    /// <param name="command">How the kernel is started (a kernelspec's argv).</param>
    /// <param name="trivial">How many trivial cells to run in one kernel.</param>
    /// <param name="repeated">How many cells that declare the same variable again to run after them in the same kernel.</param>
    /// <param name="declaring">How many cells that declare a new variable to run after those.</param>
    /// <param name="progress">Told the fraction done.</param>
    /// <param name="cancellation">Stops the measurement.</param>
    public static KernelMeasurement Run(IReadOnlyList<string> command, int trivial, int repeated, int declaring, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        var clock = Stopwatch.StartNew();
        using var kernel = new KernelProbe(command);
        Need(kernel.Ask("kernel_info_request", [], Patience));
        var ready = clock.Elapsed.TotalSeconds;
        Run(kernel, "var i = 0;");
        var first = clock.Elapsed.TotalSeconds;
        for (var warm = 0; warm < WarmUp; warm++) Run(kernel, "i + 1");

        var (total, before) = ((double)(trivial + repeated + declaring), 0);
        CellSeries Measure(int count, Func<int, string> cell)
        {
            var series = Series(kernel, count, cell, done => progress?.Report((before + done) / total), cancellation);
            before += count;
            return series;
        }

        var plain = Measure(trivial, static _ => "i + 1");
        var again = Measure(repeated, static n => $"var again = i + {n};");
        var linked = Measure(declaring, static n => $"var v{n} = i + {n};");
        var (completions, inspections) = (new List<double>(), new List<double>());
        cancellation.WaitHandle.WaitOne(ThinkingTime);
        for (var n = 0; n < Questions; n++)
        {
            Run(kernel, $"var asked{n} = \"{n}\";");
            completions.Add(Timed(() => Ask(kernel, "complete_request", $"asked{n}.Repla")));
            inspections.Add(Timed(() => Ask(kernel, "inspect_request", $"asked{n}.Replace(")));
        }

        return new(ready, first, plain, again, linked, completions, inspections);
    }

    private static CellSeries Series(KernelProbe kernel, int count, Func<int, string> cell, Action<int> done, CancellationToken cancellation)
    {
        var memory = new List<MemoryPoint> { Memory(kernel, 0) };
        var times = new List<double>();
        var cpu = 0.0;
        for (var n = 1; n <= count;)
        {
            var before = Number(kernel, "Environment.CpuUsage.TotalTime.TotalMilliseconds");
            for (var end = Math.Min(count, n + Math.Max(1, count / Points) - 1); n <= end; n++)
            {
                cancellation.ThrowIfCancellationRequested();
                var code = cell(n);
                times.Add(Timed(() => Run(kernel, code)));
            }

            cpu += Number(kernel, "Environment.CpuUsage.TotalTime.TotalMilliseconds") - before;
            memory.Add(Memory(kernel, n - 1));
            done(n - 1);
        }

        return new(times, cpu / count, memory);
    }

    private static MemoryPoint Memory(KernelProbe kernel, int cells)
    {
        var live = Number(kernel, "GC.GetTotalMemory(true)");
        var resident = Need(kernel.Ask("usage_request", [], Patience, onControl: true))["kernel_memory"]!.GetValue<long>();
        return new(cells, resident, (long)live);
    }

    private static void Run(KernelProbe kernel, string code) => Need(kernel.Execute(code, Patience, silent: false));

    private static void Ask(KernelProbe kernel, string type, string code)
    {
        var reply = Need(kernel.Ask(type, new JsonObject { ["code"] = code, ["cursor_pos"] = code.Length, ["detail_level"] = 0 }, Patience));
        if (reply["matches"]?.AsArray().Count == 0 || reply["found"]?.GetValue<bool>() == false) throw new InvalidOperationException($"{type} found nothing for '{code}'.");
    }

    private static double Number(KernelProbe kernel, string expression)
    {
        var value = Need(kernel.Execute("", Patience, expression))["user_expressions"]!["value"]!;
        return double.Parse(Need(value.AsObject())["data"]!["text/plain"]!.ToString(), CultureInfo.InvariantCulture);
    }

    private static double Timed(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static JsonObject Need(JsonObject? reply)
    {
        if (reply is null) throw new TimeoutException($"The kernel did not answer within {Patience.TotalSeconds:0} s.");
        return reply["status"]?.ToString() == "error" ? throw new InvalidOperationException($"The kernel answered: {reply["evalue"]}") : reply;
    }
}
