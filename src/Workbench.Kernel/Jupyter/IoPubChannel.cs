using System.Text;
using System.Text.Json.Nodes;
using NetMQ;
using NetMQ.Sockets;
using Workbench.Kernel.Protocol;

namespace Workbench.Kernel.Jupyter;

/// <summary>
/// The broadcasts. An XPUB socket, so that a new subscriber is greeted with iopub_welcome (JEP 65) and nothing is lost
/// before the first one has come: until then messages wait.
/// </summary>
internal sealed class IoPubChannel : IDisposable
{
    /// <summary>With nobody listening, the oldest messages go.</summary>
    private const int MaxWaiting = 10_000;

    private readonly XPublisherSocket socket = new();
    private readonly NetMQQueue<IReadOnlyList<byte[]>> outgoing = new();
    private readonly Queue<IReadOnlyList<byte[]>> waiting = new();
    private readonly MessageCodec codec;
    private readonly string session;
    private readonly Action<string> log;
    private bool heard;
    private int unsent;

    public IoPubChannel(string address, MessageCodec codec, string session, Action<string> log)
    {
        (this.codec, this.session, this.log) = (codec, session, log);
        socket.Options.Linger = TimeSpan.FromSeconds(1);
        socket.Options.SendHighWatermark = 0; // a slow reader loses nothing
        socket.Options.XPubVerbose = true;
        socket.Bind(address);
        socket.ReceiveReady += (_, _) => Subscriptions();
        outgoing.ReceiveReady += (_, _) => Transmit();
    }

    /// <summary>True when everything has gone to the socket.</summary>
    public bool IsFlushed => Volatile.Read(ref unsent) == 0;

    public void AddTo(NetMQPoller poller)
    {
        poller.Add(socket);
        poller.Add(outgoing);
    }

    /// <summary>Broadcasts content on behalf of a request. Allowed from every thread.</summary>
    public void Publish(string type, JsonObject content, JupyterMessage? parent)
    {
        var message = JupyterMessage.Create(type, content, session, parent) with { Identities = [Encoding.UTF8.GetBytes($"kernel.{session}.{type}")] };
        Interlocked.Increment(ref unsent);
        outgoing.Enqueue(codec.Encode(message));
    }

    public void Dispose()
    {
        outgoing.Dispose();
        socket.Dispose();
    }

    private void Subscriptions()
    {
        List<byte[]> frames = null!;
        while (socket.TryReceiveMultipartBytes(ref frames))
        {
            if (frames is [[1, .. var topic]])
            {
                var welcome = JupyterMessage.Create("iopub_welcome", new JsonObject { ["subscription"] = Encoding.UTF8.GetString(topic) }, session);
                Write(codec.Encode(welcome with { Identities = [topic] }));
                heard = true;
                while (waiting.TryDequeue(out var message)) Write(message);
            }

            frames = null!;
        }
    }

    private void Transmit()
    {
        while (outgoing.TryDequeue(out var frames, TimeSpan.Zero))
        {
            if (heard)
            {
                Write(frames);
            }
            else
            {
                waiting.Enqueue(frames);
                if (waiting.Count > MaxWaiting) waiting.Dequeue();
            }

            Interlocked.Decrement(ref unsent);
        }
    }

    private void Write(IReadOnlyList<byte[]> frames)
    {
        try
        {
            socket.SendMultipartBytes(frames);
        }
        catch (Exception e) when (e is NetMQException or System.Net.Sockets.SocketException)
        {
            log($"iopub: could not send: {e.Message}");
        }
    }
}
