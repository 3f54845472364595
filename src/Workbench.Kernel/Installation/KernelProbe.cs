using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using NetMQ;
using NetMQ.Sockets;
using Workbench.Kernel.Documents;
using Workbench.Kernel.Protocol;

namespace Workbench.Kernel.Installation;

/// <summary>Starts a kernel the way a front end does and asks it: for the doctor, and for measuring. One thread at a time.</summary>
public sealed class KernelProbe : IDisposable
{
    private readonly ConnectionFile connection = NewConnection();
    private readonly MessageCodec codec;
    private readonly string file = Path.Combine(Path.GetTempPath(), $"workbench-probe-{Guid.NewGuid():N}.json");
    private readonly Process process;
    private readonly DealerSocket shell = new();
    private readonly DealerSocket control = new();
    private readonly SubscriberSocket broadcasts = new();

    /// <summary>Starts the command of a kernelspec.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The program cannot be started.</exception>
    public KernelProbe(IReadOnlyList<string> command)
    {
        ArgumentNullException.ThrowIfNull(command);
        codec = new(new(connection.Key, connection.SignatureScheme));
        AtomicFile.WriteAllText(file, connection.ToJson());
        var start = new ProcessStartInfo(command[0], command.Skip(1).Select(word => word.Replace("{connection_file}", file, StringComparison.Ordinal)))
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        // So that the kernel ends with this process; on Windows the variable holds a handle.
        if (!OperatingSystem.IsWindows()) start.Environment["JPY_PARENT_PID"] = Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture);
        process = Process.Start(start) ?? throw new InvalidOperationException($"'{command[0]}' did not start.");
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        shell.Options.Linger = control.Options.Linger = TimeSpan.Zero;
        shell.Connect(connection.Address(connection.ShellPort));
        control.Connect(connection.Address(connection.ControlPort));
        broadcasts.Options.ReceiveHighWatermark = 0;
        broadcasts.Connect(connection.Address(connection.IoPubPort));
        broadcasts.SubscribeToAnyTopic();
    }

    /// <summary>The exit code, once the kernel has ended.</summary>
    public int? ExitCode => process.HasExited ? process.ExitCode : null;

    /// <summary>Runs code silently and returns the reply's content; null when none comes in time.</summary>
    /// <param name="code">The cell.</param>
    /// <param name="within">How long to wait.</param>
    /// <param name="expression">Evaluated after it, and returned in <c>user_expressions.value</c>.</param>
    /// <param name="silent">Broadcast no output.</param>
    public JsonObject? Execute(string code, TimeSpan within, string? expression = null, bool silent = true)
    {
        var expressions = new JsonObject();
        if (expression is not null) expressions["value"] = expression;
        return Ask("execute_request", new JsonObject { ["code"] = code, ["silent"] = silent, ["user_expressions"] = expressions }, within);
    }

    /// <summary>Sends a request and returns its reply's content; null when none comes in time.</summary>
    public JsonObject? Ask(string type, JsonObject content, TimeSpan within, bool onControl = false)
    {
        var socket = onControl ? control : shell;
        socket.SendMultipartBytes(codec.Encode(JupyterMessage.Create(type, content, "probe")));
        List<byte[]> frames = null!, heard = null!;
        var isAnswered = socket.TryReceiveMultipartBytes(within, ref frames);
        while (broadcasts.TryReceiveMultipartBytes(ref heard)) heard = null!; // taken, as a front end does, so that they do not pile up
        return isAnswered ? codec.Decode(frames).Content : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!process.HasExited) Ask("shutdown_request", new JsonObject { ["restart"] = false }, TimeSpan.FromSeconds(5), onControl: true);
        if (!process.WaitForExit(3000)) process.Kill(entireProcessTree: true);
        process.Dispose();
        shell.Dispose();
        control.Dispose();
        broadcasts.Dispose();
        File.Delete(file);
    }

    private static ConnectionFile NewConnection()
    {
        var listeners = Enumerable.Range(0, 5).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        foreach (var listener in listeners) listener.Start();
        var ports = listeners.ConvertAll(l => ((IPEndPoint)l.LocalEndpoint).Port);
        foreach (var listener in listeners) listener.Stop();
        return new("tcp", "127.0.0.1", ports[0], ports[1], ports[2], ports[3], ports[4], RandomNumberGenerator.GetHexString(32, lowercase: true), "hmac-sha256");
    }
}
