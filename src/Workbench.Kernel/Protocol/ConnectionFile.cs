using System.Text.Json;
using System.Text.Json.Nodes;

namespace Workbench.Kernel.Protocol;

/// <summary>Where a kernel listens and how it signs, as the front end's connection file says it.</summary>
/// <param name="Transport">"tcp" or "ipc".</param>
/// <param name="Ip">Address to bind, or the path prefix of ipc sockets.</param>
/// <param name="ShellPort">Requests.</param>
/// <param name="ControlPort">Requests that must not wait: interrupt, shutdown.</param>
/// <param name="IoPubPort">Broadcasts.</param>
/// <param name="StdinPort">Questions to the user.</param>
/// <param name="HeartbeatPort">Echo.</param>
/// <param name="Key">Secret of the signatures; empty for unsigned messages.</param>
/// <param name="SignatureScheme">For example "hmac-sha256".</param>
public sealed record ConnectionFile(
    string Transport, string Ip, int ShellPort, int ControlPort, int IoPubPort, int StdinPort, int HeartbeatPort, string Key, string SignatureScheme)
{
    /// <summary>Reads a connection file.</summary>
    /// <exception cref="ConnectionFileException">The file is missing, is not JSON, or lacks a value; the message names it.</exception>
    public static ConnectionFile Read(string path)
    {
        if (!File.Exists(path)) throw new ConnectionFileException(path, "there is no such file.");
        return Parse(File.ReadAllText(path), path);
    }

    /// <summary>Reads connection data from text; <paramref name="name"/> stands for the file in error messages.</summary>
    public static ConnectionFile Parse(string json, string name = "text")
    {
        try
        {
            if (JsonNode.Parse(json) is not JsonObject root) throw new ConnectionFileException(name, "it is not a JSON object.");
            return new(
                Text(root, "transport", name, "tcp"),
                Text(root, "ip", name, "127.0.0.1"),
                Port(root, "shell_port", name),
                Port(root, "control_port", name),
                Port(root, "iopub_port", name),
                Port(root, "stdin_port", name),
                Port(root, "hb_port", name),
                Text(root, "key", name, ""),
                Text(root, "signature_scheme", name, "hmac-sha256"));
        }
        catch (JsonException e)
        {
            throw new ConnectionFileException(name, $"it is not valid JSON ({e.Message})", e);
        }
    }

    /// <summary>The file's JSON.</summary>
    public string ToJson() => new JsonObject
    {
        ["transport"] = Transport,
        ["ip"] = Ip,
        ["shell_port"] = ShellPort,
        ["control_port"] = ControlPort,
        ["iopub_port"] = IoPubPort,
        ["stdin_port"] = StdinPort,
        ["hb_port"] = HeartbeatPort,
        ["key"] = Key,
        ["signature_scheme"] = SignatureScheme,
    }.ToJsonString();

    /// <summary>The ZeroMQ address of one of the ports.</summary>
    public string Address(int port) => Transport == "ipc" ? $"ipc://{Ip}-{port}" : $"{Transport}://{Ip}:{port}";

    private static string Text(JsonObject root, string key, string name, string missing) => root[key] switch
    {
        null => missing,
        JsonValue value when value.TryGetValue(out string? text) => text,
        _ => throw new ConnectionFileException(name, $"'{key}' is not a text."),
    };

    private static int Port(JsonObject root, string key, string name) =>
        root[key] is JsonValue value && value.TryGetValue(out int port) && port is >= 0 and <= 65535
            ? port
            : throw new ConnectionFileException(name, $"'{key}' is missing or is no port number.");
}
