using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using NetMQ;
using NetMQ.Sockets;
using Workbench.Kernel.Jupyter;
using Workbench.Kernel.Protocol;
using Xunit;

namespace Workbench.Tests.Kernel.Jupyter;

/// <summary>A front end for tests: a kernel in this process and the sockets to talk to it.</summary>
internal sealed class KernelClient : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private const string Session = "front";
    private readonly MessageCodec codec;
    private readonly CancellationTokenSource stop = new();

    public KernelClient(string? folder = null, TimeSpan? abortGrace = null)
    {
        Connection = NewConnection();
        codec = new(new(Connection.Key, Connection.SignatureScheme));
        Kernel = new(Connection, new()
        {
            Folder = folder ?? AppContext.BaseDirectory,
            Log = Log.Enqueue,
            WarmUp = false,
            CooperativeGrace = TimeSpan.FromMilliseconds(200),
            AbortGrace = abortGrace ?? TimeSpan.FromMinutes(2),
        });
        Connect();
        Ended = Kernel.RunAsync(stop.Token);
        Assert.Equal("iopub_welcome", NextBroadcast().Type);
    }

    public ConnectionFile Connection { get; }

    public JupyterKernel Kernel { get; }

    public ConcurrentQueue<string> Log { get; } = new();

    public Task<bool> Ended { get; }

    public DealerSocket Shell { get; private set; } = null!;

    public DealerSocket Control { get; private set; } = null!;

    public DealerSocket Stdin { get; private set; } = null!;

    public SubscriberSocket IoPub { get; private set; } = null!;

    public static ConnectionFile NewConnection()
    {
        var listeners = Enumerable.Range(0, 5).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        foreach (var listener in listeners) listener.Start();
        var ports = listeners.ConvertAll(l => ((IPEndPoint)l.LocalEndpoint).Port);
        foreach (var listener in listeners) listener.Stop();
        return new("tcp", "127.0.0.1", ports[0], ports[1], ports[2], ports[3], ports[4], "secret", "hmac-sha256");
    }

    /// <summary>Opens the front end's sockets; a second call is a front end that comes back.</summary>
    public void Connect()
    {
        Shell = Dealer(Connection.ShellPort);
        Control = Dealer(Connection.ControlPort);
        Stdin = Dealer(Connection.StdinPort);
        IoPub = new();
        IoPub.Options.ReceiveHighWatermark = 0;
        IoPub.Connect(Connection.Address(Connection.IoPubPort));
        IoPub.SubscribeToAnyTopic();
    }

    public void Disconnect()
    {
        foreach (var socket in new NetMQSocket[] { Shell, Control, Stdin, IoPub }) socket.Dispose();
    }

    public string Send(DealerSocket socket, string type, JsonObject content)
    {
        var message = JupyterMessage.Create(type, content, Session);
        socket.SendMultipartBytes(codec.Encode(message));
        return message.Id;
    }

    public JupyterMessage Receive(NetMQSocket socket) =>
        TryReceive(socket, Patience) ?? throw new TimeoutException($"no message within {Patience}; the kernel's log: {string.Join(" | ", Log)}");

    public JupyterMessage? TryReceive(NetMQSocket socket, TimeSpan within)
    {
        List<byte[]> frames = null!;
        return socket.TryReceiveMultipartBytes(within, ref frames) ? codec.Decode(frames) : null;
    }

    public JupyterMessage NextBroadcast() => Receive(IoPub);

    /// <summary>Asks and waits for the reply and for all broadcasts up to "idle".</summary>
    public Exchange Ask(string type, JsonObject content, DealerSocket? on = null)
    {
        var id = Send(on ?? Shell, type, content);
        var reply = Receive(on ?? Shell);
        Assert.Equal(id, reply.ParentHeader["msg_id"]?.ToString());
        return new(reply, Broadcasts(id));
    }

    /// <summary>The broadcasts of a request up to its "idle"; those of others are skipped.</summary>
    public IReadOnlyList<JupyterMessage> Broadcasts(string requestId)
    {
        var messages = new List<JupyterMessage>();
        while (true)
        {
            var message = NextBroadcast();
            if (message.ParentHeader["msg_id"]?.ToString() != requestId) continue;
            messages.Add(message);
            if (message.Type == "status" && message.Content["execution_state"]?.ToString() == "idle") return messages;
        }
    }

    public Exchange Execute(string code, bool silent = false, bool storeHistory = true, JsonObject? expressions = null, bool stopOnError = true) =>
        Ask("execute_request", Cell(code, silent, storeHistory, expressions, stopOnError));

    public static JsonObject Cell(string code, bool silent = false, bool storeHistory = true, JsonObject? expressions = null, bool stopOnError = true, bool allowStdin = true) => new()
    {
        ["code"] = code,
        ["silent"] = silent,
        ["store_history"] = storeHistory,
        ["user_expressions"] = expressions ?? new JsonObject(),
        ["allow_stdin"] = allowStdin,
        ["stop_on_error"] = stopOnError,
    };

    /// <summary>Waits for console text of the running cell.</summary>
    public void WaitForOutput(string text)
    {
        while (true)
        {
            var message = NextBroadcast();
            if (message.Type == "stream" && message.Content["text"]!.ToString().Contains(text)) return;
        }
    }

    public void Dispose()
    {
        stop.Cancel();
        Ended.Wait(TimeSpan.FromSeconds(20));
        Disconnect();
        Kernel.Dispose();
        stop.Dispose();
    }

    private DealerSocket Dealer(int port)
    {
        var socket = new DealerSocket();
        socket.Options.Identity = "front"u8.ToArray();
        socket.Options.Linger = TimeSpan.Zero;
        socket.Connect(Connection.Address(port));
        return socket;
    }
}

/// <summary>A request's reply and broadcasts.</summary>
internal sealed record Exchange(JupyterMessage Reply, IReadOnlyList<JupyterMessage> Broadcasts)
{
    public string Status => Reply.Content["status"]!.ToString();

    public IEnumerable<JupyterMessage> OfType(string type) => Broadcasts.Where(m => m.Type == type);

    public string Text(string stream = "stdout") =>
        string.Concat(OfType("stream").Where(m => m.Content["name"]!.ToString() == stream).Select(m => m.Content["text"]!.ToString()));
}
