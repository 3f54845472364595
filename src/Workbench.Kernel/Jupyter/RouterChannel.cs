using NetMQ;
using NetMQ.Sockets;
using Workbench.Kernel.Protocol;

namespace Workbench.Kernel.Jupyter;

/// <summary>
/// A channel on which the front end asks (shell, control) or is asked (stdin). Sending is allowed from every thread; the
/// socket itself lives on its poller's thread. What is no message is logged and dropped.
/// </summary>
internal sealed class RouterChannel : IDisposable
{
    private readonly RouterSocket socket = new();
    private readonly NetMQQueue<IReadOnlyList<byte[]>> outgoing = new();
    private readonly MessageCodec codec;
    private readonly Action<string> log;
    private int unsent;

    public RouterChannel(string name, string address, MessageCodec codec, Action<string> log)
    {
        (Name, this.codec, this.log) = (name, codec, log);
        socket.Options.Linger = TimeSpan.FromSeconds(1);
        socket.Options.SendHighWatermark = 0;
        socket.Options.ReceiveHighWatermark = 0;
        // A front end that comes back under its old name takes the place of the connection that it lost.
        socket.Options.RouterHandover = true;
        socket.Bind(address);
        socket.ReceiveReady += (_, _) => Receive();
        outgoing.ReceiveReady += (_, _) => Transmit();
    }

    public string Name { get; }

    /// <summary>Told of every message, on the poller's thread.</summary>
    public Action<JupyterMessage>? Received { get; set; }

    /// <summary>True when everything has gone to the socket.</summary>
    public bool IsFlushed => Volatile.Read(ref unsent) == 0;

    public void AddTo(NetMQPoller poller)
    {
        poller.Add(socket);
        poller.Add(outgoing);
    }

    public void Send(JupyterMessage message)
    {
        Interlocked.Increment(ref unsent);
        outgoing.Enqueue(codec.Encode(message));
    }

    public void Dispose()
    {
        outgoing.Dispose();
        socket.Dispose();
    }

    private void Receive()
    {
        List<byte[]> frames = null!;
        while (socket.TryReceiveMultipartBytes(ref frames))
        {
            try
            {
                Received?.Invoke(codec.Decode(frames));
            }
            catch (MalformedMessageException e)
            {
                log($"{Name}: refused a message: {e.Message}");
            }

            frames = null!;
        }
    }

    private void Transmit()
    {
        while (outgoing.TryDequeue(out var frames, TimeSpan.Zero))
        {
            try
            {
                socket.SendMultipartBytes(frames);
            }
            catch (Exception e) when (e is NetMQException or System.Net.Sockets.SocketException)
            {
                log($"{Name}: could not send: {e.Message}");
            }

            Interlocked.Decrement(ref unsent);
        }
    }
}
