using System.Globalization;
using System.Text.Json.Nodes;

namespace Workbench.Kernel.Protocol;

/// <summary>A message of the Jupyter protocol. Treat its JSON as read-only: messages are shared between threads.</summary>
public sealed record JupyterMessage
{
    /// <summary>The version of the messaging protocol that this kernel speaks.</summary>
    public const string ProtocolVersion = "5.4";

    /// <summary>Routing frames: whom a request came from; for broadcasts, the topic.</summary>
    public IReadOnlyList<byte[]> Identities { get; init; } = [];

    /// <summary>Id, session, user, date, type and version.</summary>
    public required JsonObject Header { get; init; }

    /// <summary>The header of the message that caused this one; empty when there is none.</summary>
    public JsonObject ParentHeader { get; init; } = [];

    /// <summary>What the protocol leaves open, such as cell ids and tags.</summary>
    public JsonObject Metadata { get; init; } = [];

    /// <summary>What the type of the message defines.</summary>
    public JsonObject Content { get; init; } = [];

    /// <summary>Binary parts.</summary>
    public IReadOnlyList<byte[]> Buffers { get; init; } = [];

    /// <summary>For example "execute_request".</summary>
    public string Type => Text(Header, "msg_type") ?? "";

    /// <summary>The message's id.</summary>
    public string Id => Text(Header, "msg_id") ?? "";

    /// <summary>A new message of a session.</summary>
    /// <param name="type">The message type.</param>
    /// <param name="content">Its content.</param>
    /// <param name="session">The sending session's id.</param>
    /// <param name="parent">The message that caused it, if any.</param>
    public static JupyterMessage Create(string type, JsonObject content, string session, JupyterMessage? parent = null) => new()
    {
        Header = new JsonObject
        {
            ["msg_id"] = Guid.NewGuid().ToString("N"),
            ["session"] = session,
            ["username"] = "kernel",
            ["date"] = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
            ["msg_type"] = type,
            ["version"] = ProtocolVersion,
        },
        ParentHeader = parent is null ? [] : (JsonObject)parent.Header.DeepClone(),
        Content = content,
    };

    /// <summary>The reply to this message, addressed to its sender.</summary>
    public JupyterMessage Reply(JsonObject content, string session) =>
        Create(ReplyType(Type), content, session, this) with { Identities = Identities };

    /// <summary>"execute_request" is answered by "execute_reply".</summary>
    public static string ReplyType(string requestType)
    {
        ArgumentNullException.ThrowIfNull(requestType);
        const string Request = "_request";
        return (requestType.EndsWith(Request, StringComparison.Ordinal) ? requestType[..^Request.Length] : requestType) + "_reply";
    }

    private static string? Text(JsonObject json, string key) => json[key] is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
