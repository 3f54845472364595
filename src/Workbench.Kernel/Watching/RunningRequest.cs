using System.Text.Json;
using System.Text.Json.Nodes;
using Workbench.Kernel.Protocol;

namespace Workbench.Kernel.Watching;

/// <summary>What a kernel process tells its watcher, a line each: the request at work, nothing, or that it ends as asked.</summary>
internal static class RunningRequest
{
    public const string Idle = "idle";
    public const string Ending = "ending";

    /// <summary>The line for a request; null for none.</summary>
    public static string Line(JupyterMessage? request) => request is null ? Idle : new JsonObject
    {
        ["identities"] = new JsonArray([.. request.Identities.Select(i => (JsonNode)Convert.ToBase64String(i)!)]),
        ["header"] = request.Header.DeepClone(),
    }.ToJsonString();

    /// <summary>The request of a line, as far as a reply needs it; null for the other lines and for a torn one.</summary>
    public static JupyterMessage? Parse(string line)
    {
        if (!line.StartsWith('{')) return null;
        try
        {
            var json = JsonNode.Parse(line)!.AsObject();
            return new()
            {
                Identities = [.. json["identities"]!.AsArray().Select(i => Convert.FromBase64String(i!.ToString()))],
                Header = (JsonObject)json["header"]!.DeepClone(),
            };
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or NullReferenceException)
        {
            return null;
        }
    }
}
