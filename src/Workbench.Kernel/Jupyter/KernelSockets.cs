using System.Diagnostics;
using NetMQ;
using NetMQ.Sockets;
using Workbench.Kernel.Protocol;

namespace Workbench.Kernel.Jupyter;

/// <summary>
/// The five sockets of a kernel on three threads: shell, stdin and iopub on one, control on another, so that an interrupt
/// never waits for a cell, and the heartbeat on a third.
/// </summary>
internal sealed class KernelSockets : IDisposable
{
    private readonly NetMQPoller main = [];
    private readonly NetMQPoller controlPoller = [];
    private readonly NetMQPoller heartbeatPoller = [];
    private readonly RouterSocket heartbeat = new();

    /// <summary>Binds all sockets; nothing is received before <see cref="Start"/>.</summary>
    /// <exception cref="NotSupportedException">The transport is not tcp.</exception>
    /// <exception cref="IOException">An address cannot be bound.</exception>
    public KernelSockets(ConnectionFile connection, string session, Action<string> log)
    {
        if (connection.Transport != "tcp")
            throw new NotSupportedException($"Transport '{connection.Transport}' is not supported; the front end must use tcp.");
        var codec = new MessageCodec(new(connection.Key, connection.SignatureScheme));
        try
        {
            Shell = new("shell", connection.Address(connection.ShellPort), codec, log);
            Stdin = new("stdin", connection.Address(connection.StdinPort), codec, log);
            Control = new("control", connection.Address(connection.ControlPort), codec, log);
            IoPub = new(connection.Address(connection.IoPubPort), codec, session, log);
            heartbeat.Bind(connection.Address(connection.HeartbeatPort));
        }
        catch (Exception e) when (e is NetMQException or System.Net.Sockets.SocketException)
        {
            throw new IOException($"A port of the connection file cannot be bound on {connection.Ip}: {e.Message}", e);
        }

        Shell.AddTo(main);
        Stdin.AddTo(main);
        IoPub.AddTo(main);
        Control.AddTo(controlPoller);
        heartbeat.ReceiveReady += (_, _) => Echo();
        heartbeatPoller.Add(heartbeat);
    }

    public RouterChannel Shell { get; }

    public RouterChannel Stdin { get; }

    public RouterChannel Control { get; }

    public IoPubChannel IoPub { get; }

    public void Start()
    {
        heartbeatPoller.RunAsync("heartbeat", isBackgroundThread: true);
        controlPoller.RunAsync("control", isBackgroundThread: true);
        main.RunAsync("shell, stdin, iopub", isBackgroundThread: true);
    }

    /// <summary>Waits until what was sent has gone to the sockets.</summary>
    public void Flush(TimeSpan atMost)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < atMost && !(Shell.IsFlushed && Control.IsFlushed && IoPub.IsFlushed && Stdin.IsFlushed)) Thread.Sleep(5);
    }

    public void Dispose()
    {
        main.Dispose();
        controlPoller.Dispose();
        heartbeatPoller.Dispose();
        Shell.Dispose();
        Stdin.Dispose();
        Control.Dispose();
        IoPub.Dispose();
        heartbeat.Dispose();
    }

    private void Echo()
    {
        List<byte[]> frames = null!;
        while (heartbeat.TryReceiveMultipartBytes(ref frames))
        {
            heartbeat.SendMultipartBytes(frames);
            frames = null!;
        }
    }
}
