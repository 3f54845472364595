using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using TorchSharp;

namespace Workbench.Experiments;

/// <summary>The versions and the machine that a manifest records.</summary>
internal static class RunManifest
{
    /// <summary>What the results may depend on besides settings and seed.</summary>
    public static JsonObject Versions() => new()
    {
        ["workbench"] = typeof(RunManifest).Assembly.GetName().Version?.ToString(3),
        ["torchsharp"] = typeof(torch).Assembly.GetName().Version?.ToString(3),
        ["dotnet"] = RuntimeInformation.FrameworkDescription,
        ["os"] = RuntimeInformation.OSDescription,
        ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString(),
        ["torch_threads"] = torch.get_num_threads(),
    };
}
