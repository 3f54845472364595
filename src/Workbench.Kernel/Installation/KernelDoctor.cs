using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using NetMQ;
using NetMQ.Sockets;
using Workbench.Kernel.Documents;
using Workbench.Kernel.Protocol;

namespace Workbench.Kernel.Installation;

/// <summary>Looks for what keeps an installed kernel from working: the spec, its program, and a real start with one cell.</summary>
public static class KernelDoctor
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Looks at the spec of that name in each of Jupyter's folders and tries the one that Jupyter would take.</summary>
    public static IEnumerable<DoctorFinding> Examine(string name, IReadOnlyList<string>? folders = null)
    {
        folders ??= KernelSpecFolder.Searched;
        var found = folders.Where(f => File.Exists(Path.Combine(f, name, "kernel.json"))).ToList();
        if (found.Count == 0)
        {
            yield return new(false, "kernelspec", $"no '{name}' in {string.Join(", ", folders)}: run 'workbench kernel install'.");
            yield break;
        }

        var spec = KernelInstaller.Read(found[0], name);
        yield return spec is null
            ? new(false, "kernelspec", $"'{Path.Combine(found[0], name, "kernel.json")}' is not JSON: install again with --force.")
            : new(true, "kernelspec", Path.Combine(found[0], name));
        foreach (var hidden in found.Skip(1)) yield return new(true, "hidden", $"'{Path.Combine(hidden, name)}' has the same name and is not used.");
        if (spec is null) yield break;
        yield return KernelInstaller.IsOurs(spec)
            ? new(true, "owner", "written by workbench")
            : new(false, "owner", "another product's spec: install under another --name, or with --force.");

        var command = (spec["argv"] as JsonArray ?? []).Select(w => w?.ToString() ?? "").ToArray();
        foreach (var file in command.Take(2).Where(Path.IsPathRooted))
            yield return File.Exists(file) ? new(true, "program", file) : new(false, "program", $"'{file}' is gone: build again, then 'workbench kernel install'.");
        if (command.Length > 0) yield return TryStart(command);
    }

    private static DoctorFinding TryStart(string[] command)
    {
        var path = Path.Combine(Path.GetTempPath(), $"workbench-doctor-{Guid.NewGuid():N}.json");
        var connection = NewConnection();
        AtomicFile.WriteAllText(path, connection.ToJson());
        try
        {
            var start = new System.Diagnostics.ProcessStartInfo(command[0], command[1..].Select(w => w.Replace("{connection_file}", path, StringComparison.Ordinal)))
            {
                UseShellExecute = false,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            };
            var clock = System.Diagnostics.Stopwatch.StartNew();
            using var process = System.Diagnostics.Process.Start(start);
            if (process is null) return new(false, "start", $"'{command[0]}' did not start.");
            process.BeginErrorReadLine();
            process.BeginOutputReadLine();
            try
            {
                var answer = Ask(connection);
                return answer is null
                    ? new(false, "start", $"the kernel did not answer within {Patience.TotalSeconds:0} s{(process.HasExited ? $" (it ended with code {process.ExitCode})" : "")}.")
                    : new(true, "start", $"1 + 1 ran: {answer}, {clock.Elapsed.TotalSeconds:0.0} s after the start");
            }
            finally
            {
                if (!process.WaitForExit(2000)) process.Kill(entireProcessTree: true);
            }
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException)
        {
            return new(false, "start", e.Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string? Ask(ConnectionFile connection)
    {
        var codec = new MessageCodec(new(connection.Key, connection.SignatureScheme));
        using var shell = new DealerSocket(connection.Address(connection.ShellPort));
        using var control = new DealerSocket(connection.Address(connection.ControlPort));
        var request = JupyterMessage.Create("execute_request", new JsonObject { ["code"] = "1 + 1", ["silent"] = true, ["user_expressions"] = new JsonObject { ["sum"] = "1 + 1" } }, "doctor");
        shell.SendMultipartBytes(codec.Encode(request));
        List<byte[]> frames = null!;
        var answered = shell.TryReceiveMultipartBytes(Patience, ref frames);
        control.SendMultipartBytes(codec.Encode(JupyterMessage.Create("shutdown_request", new JsonObject { ["restart"] = false }, "doctor")));
        if (!answered) return null;
        List<byte[]> last = null!;
        control.TryReceiveMultipartBytes(TimeSpan.FromSeconds(5), ref last);
        var content = codec.Decode(frames).Content;
        return content["user_expressions"]?["sum"]?["data"]?["text/plain"]?.ToString() ?? content.ToJsonString();
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
