using System.Text.Json.Nodes;

namespace Workbench.Kernel.Jupyter.Handlers;

/// <summary>usage_request: memory and processor time of this process, as front ends' resource panels ask for them.</summary>
internal sealed class UsageHandler : IRequestHandler
{
    private readonly Lock gate = new();
    private TimeSpan cpuBefore;
    private long ticksBefore = Environment.TickCount64;

    public string MessageType => "usage_request";

    public Task HandleAsync(RequestContext context)
    {
        var cpu = Environment.CpuUsage.TotalTime;
        double percent;
        lock (gate)
        {
            var now = Environment.TickCount64;
            percent = now > ticksBefore ? 100 * (cpu - cpuBefore).TotalMilliseconds / (now - ticksBefore) : 0;
            (cpuBefore, ticksBefore) = (cpu, now);
        }

        var memory = GC.GetGCMemoryInfo();
        context.Reply(new JsonObject
        {
            ["hostname"] = Environment.MachineName,
            ["pid"] = Environment.ProcessId,
            ["kernel_cpu"] = Math.Round(percent, 1),
            ["kernel_memory"] = Environment.WorkingSet,
            ["cpu_count"] = Environment.ProcessorCount,
            ["host_virtual_memory"] = new JsonObject { ["total"] = memory.TotalAvailableMemoryBytes, ["used"] = memory.MemoryLoadBytes },
        });
        return Task.CompletedTask;
    }
}
