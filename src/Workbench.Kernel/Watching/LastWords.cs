using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using NetMQ;
using NetMQ.Sockets;
using Workbench.Kernel.Jupyter;
using Workbench.Kernel.Protocol;

namespace Workbench.Kernel.Watching;

/// <summary>
/// Speaks for a kernel process that died: takes over its ports for a moment, so that the front end, which connects again by
/// itself, hears what happened as the error of the running cell.
/// </summary>
internal sealed class LastWords(ConnectionFile connection, TimeSpan patience)
{
    private readonly MessageCodec codec = new(new(connection.Key, connection.SignatureScheme));
    private readonly string session = Guid.NewGuid().ToString("N");

    /// <summary>Tells the cause; on behalf of the request that was at work, if one was.</summary>
    /// <exception cref="NetMQException">A port could not be taken over.</exception>
    public void Say(DeathCause cause, JupyterMessage? request)
    {
        var message = $"{cause.Message} All variables are lost; the kernel has to start again.";
        var content = RequestContext.Error(cause.Name, message, [$"{cause.Name}: {message}", .. cause.Detail]);
        using XPublisherSocket ioPub = new();
        using RouterSocket shell = new();
        ioPub.Options.Linger = shell.Options.Linger = TimeSpan.FromSeconds(1);
        shell.Options.RouterMandatory = true;
        ioPub.Options.XPubVerbose = true;
        Bind(ioPub, connection.IoPubPort);
        Bind(shell, connection.ShellPort);

        if (AwaitSubscriber(ioPub))
        {
            var broadcast = (JsonObject)content.DeepClone();
            broadcast.Remove("status");
            if (request?.Type == "execute_request") Publish(ioPub, "error", broadcast, request);
            else Publish(ioPub, "stream", new JsonObject { ["name"] = "stderr", ["text"] = $"{cause.Name}: {message}\n" }, request);
        }

        if (request is not null)
        {
            SendWhenReachable(shell, request.Reply(content, session));
            Publish(ioPub, "status", new JsonObject { ["execution_state"] = "idle" }, request);
        }

        Thread.Sleep(100); // the sockets' own threads send
    }

    private void Bind(NetMQSocket socket, int port)
    {
        for (var clock = Stopwatch.StartNew(); ;)
        {
            try
            {
                socket.Bind(connection.Address(port));
                return;
            }
            catch (NetMQException) when (clock.Elapsed < patience)
            {
                Thread.Sleep(50);
            }
        }
    }

    private bool AwaitSubscriber(XPublisherSocket socket)
    {
        List<byte[]> frames = null!;
        if (!socket.TryReceiveMultipartBytes(patience, ref frames)) return false;
        while (socket.TryReceiveMultipartBytes(TimeSpan.FromMilliseconds(250), ref frames))
        {
            // The other front ends come, too.
        }

        return true;
    }

    private void Publish(XPublisherSocket socket, string type, JsonObject content, JupyterMessage? parent)
    {
        var message = JupyterMessage.Create(type, content, session, parent) with { Identities = [Encoding.UTF8.GetBytes($"kernel.{session}.{type}")] };
        socket.SendMultipartBytes(codec.Encode(message));
    }

    private void SendWhenReachable(RouterSocket socket, JupyterMessage message)
    {
        var frames = codec.Encode(message);
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < patience; Thread.Sleep(50))
        {
            try
            {
                List<byte[]> ignored = null!;
                socket.TryReceiveMultipartBytes(TimeSpan.Zero, ref ignored); // lets the socket see who has connected
                socket.SendMultipartBytes(frames);
                return;
            }
            catch (HostUnreachableException)
            {
                // Not back yet.
            }
        }
    }
}
