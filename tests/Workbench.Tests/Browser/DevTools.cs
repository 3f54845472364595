using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Workbench.Tests.Browser;

/// <summary>Chromium's debugging protocol over one socket. One caller at a time.</summary>
internal sealed class DevTools : IDisposable
{
    private readonly ClientWebSocket socket = new();
    private int number;

    /// <summary>Opens the socket.</summary>
    public static async Task<DevTools> ConnectAsync(Uri address, CancellationToken cancellation)
    {
        var tools = new DevTools();
        try
        {
            await tools.socket.ConnectAsync(address, cancellation);
            return tools;
        }
        catch
        {
            tools.Dispose();
            throw;
        }
    }

    /// <summary>Calls a method and returns its result.</summary>
    /// <param name="method">For example <c>Page.navigate</c>.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="session">The page's session, where the socket is the browser's own.</param>
    /// <param name="events">Hears the events that come before the answer; null: they are left aside.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="InvalidOperationException">The browser reports an error.</exception>
    public async Task<JsonObject> CallAsync(string method, JsonObject parameters, string? session, Action<JsonObject>? events, CancellationToken cancellation)
    {
        var id = ++number;
        var call = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters };
        if (session is not null) call["sessionId"] = session;
        await socket.SendAsync(Encoding.UTF8.GetBytes(call.ToJsonString()), WebSocketMessageType.Text, endOfMessage: true, cancellation);
        while (true)
        {
            var message = await ReceiveAsync(cancellation);
            if (message["method"] is not null) events?.Invoke(message);
            else if (message["id"]?.GetValue<int>() == id) return message["result"] as JsonObject ?? throw new InvalidOperationException($"{method}: {message["error"]}");
        }
    }

    /// <summary>The next message: an answer or an event.</summary>
    public async Task<JsonObject> ReceiveAsync(CancellationToken cancellation)
    {
        using var text = new MemoryStream();
        var buffer = new byte[1 << 16];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, cancellation);
            text.Write(buffer, 0, part.Count);
            if (part.EndOfMessage) return JsonNode.Parse(text.ToArray())!.AsObject();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();
}
