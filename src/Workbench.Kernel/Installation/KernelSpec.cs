using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Workbench.Kernel.Installation;

/// <summary>What <c>kernel.json</c> says: how a front end starts the kernel, and what it calls it.</summary>
/// <param name="Command">Program and arguments; <c>{connection_file}</c> stands for the connection file.</param>
/// <param name="DisplayName">The name in menus.</param>
public sealed record KernelSpec(IReadOnlyList<string> Command, string DisplayName)
{
    /// <summary>The kernel's name, the same as .NET Interactive's, so that its notebooks open here.</summary>
    public const string DefaultName = ".net-csharp";

    /// <summary>The key of the metadata by which an installed spec is known to be ours.</summary>
    public const string Owner = "workbench";

    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The spec that starts this program's <c>kernel run</c>.</summary>
    /// <param name="program">The program's assembly (a .dll, started with the running dotnet) or its executable.</param>
    public static KernelSpec For(string program)
    {
        ArgumentNullException.ThrowIfNull(program);
        string[] start = program.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? [DotnetHost(), program] : [program];
        return new([.. start, "kernel", "run", "--connection-file", "{connection_file}"], ".NET (C#)");
    }

    /// <summary>The content of <c>kernel.json</c>.</summary>
    public string ToJson() => new JsonObject
    {
        ["argv"] = new JsonArray([.. Command.Select(word => (JsonNode)word!)]),
        ["display_name"] = DisplayName,
        ["language"] = "C#",
        ["interrupt_mode"] = "message",
        ["metadata"] = new JsonObject { ["debugger"] = false, [Owner] = true },
    }.ToJsonString(Options) + "\n";

    /// <summary>The dotnet program that runs this process, by its full path: front ends often have another PATH.</summary>
    internal static string DotnetHost()
    {
        var runtime = System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory();
        var host = Path.GetFullPath(Path.Combine(runtime, "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        return File.Exists(host) ? host : "dotnet";
    }
}
