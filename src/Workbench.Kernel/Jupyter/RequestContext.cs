using System.Text.Json.Nodes;
using Workbench.Kernel.Protocol;

namespace Workbench.Kernel.Jupyter;

/// <summary>A request that is being answered.</summary>
internal sealed class RequestContext(JupyterMessage request, RouterChannel channel, IoPubChannel ioPub, string session)
{
    public JupyterMessage Request { get; } = request;

    public JsonObject Content => Request.Content;

    /// <summary>True once the front end has its answer.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>Answers with status "ok", unless the content brings another one.</summary>
    public void Reply(JsonObject content)
    {
        if (!content.ContainsKey("status")) content["status"] = "ok";
        IsAnswered = true;
        channel.Send(Request.Reply(content, session));
    }

    /// <summary>Answers that the request failed.</summary>
    public void ReplyError(string name, string message) => Reply(Error(name, message, [message]));

    /// <summary>Broadcasts on behalf of the request.</summary>
    public void Publish(string type, JsonObject content) => ioPub.Publish(type, content, Request);

    /// <summary>The content of an error reply. Front ends show the traceback and no other field, and know ANSI colours: its first line is red.</summary>
    public static JsonObject Error(string name, string message, IEnumerable<string> traceback) => new()
    {
        ["status"] = "error",
        ["ename"] = WireText.Of(name),
        ["evalue"] = WireText.Of(message),
        ["traceback"] = new JsonArray([.. traceback.Select((line, i) => (JsonNode)(i == 0 ? $"\u001b[31m{WireText.Of(line)}\u001b[0m" : WireText.Of(line))!)]),
    };
}
