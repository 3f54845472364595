using System.Text.Json.Nodes;
using Workbench.Kernel.Protocol;

namespace Workbench.Kernel.Jupyter.Handlers;

/// <summary>kernel_info_request: what this kernel is.</summary>
internal sealed class KernelInfoHandler : IRequestHandler
{
    public string MessageType => "kernel_info_request";

    /// <summary>The name that notebooks keep as their language.</summary>
    public const string Language = "C#";

    public Task HandleAsync(RequestContext context)
    {
        var version = typeof(KernelInfoHandler).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
        context.Reply(new JsonObject
        {
            ["protocol_version"] = JupyterMessage.ProtocolVersion,
            ["implementation"] = "workbench",
            ["implementation_version"] = version,
            ["language_info"] = new JsonObject
            {
                ["name"] = Language,
                ["version"] = "14.0",
                ["mimetype"] = "text/x-csharp",
                ["file_extension"] = ".cs",
                ["pygments_lexer"] = "csharp",
                ["codemirror_mode"] = "text/x-csharp",
                ["nbconvert_exporter"] = "script",
            },
            ["banner"] = $"Workbench {version}: C# on {System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}. #!help tells what cells can do.",
            ["debugger"] = false,
            ["help_links"] = new JsonArray(
                Link("C#", "https://learn.microsoft.com/dotnet/csharp/"),
                Link(".NET API", "https://learn.microsoft.com/dotnet/api/")),
            ["supported_features"] = new JsonArray(),
        });
        return Task.CompletedTask;
    }

    private static JsonObject Link(string text, string url) => new() { ["text"] = text, ["url"] = url };
}
