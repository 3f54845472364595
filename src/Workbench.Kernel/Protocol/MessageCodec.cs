using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Workbench.Kernel.Protocol;

/// <summary>
/// Messages to frames and back: identities, delimiter, signature, header, parent header, metadata, content, buffers.
/// </summary>
public sealed class MessageCodec(MessageSigner signer)
{
    private const int JsonParts = 4;
    private static readonly byte[] Delimiter = "<IDS|MSG>"u8.ToArray();
    private static readonly JsonDocumentOptions ReadOptions = new() { MaxDepth = 128 };
    private static readonly JsonWriterOptions WriteOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 256 };

    /// <summary>The frames of a message, signed.</summary>
    public IReadOnlyList<byte[]> Encode(JupyterMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        byte[] header = Bytes(message.Header), parent = Bytes(message.ParentHeader), metadata = Bytes(message.Metadata), content = Bytes(message.Content);
        var signature = Encoding.ASCII.GetBytes(signer.Sign(header, parent, metadata, content));
        return [.. message.Identities, Delimiter, signature, header, parent, metadata, content, .. message.Buffers];
    }

    /// <summary>The message in the frames.</summary>
    /// <exception cref="MalformedMessageException">Frames are missing, are not JSON objects, or the signature does not fit.</exception>
    public JupyterMessage Decode(IReadOnlyList<byte[]> frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        var start = 0;
        while (start < frames.Count && !frames[start].AsSpan().SequenceEqual(Delimiter)) start++;
        if (start == frames.Count) throw new MalformedMessageException($"no <IDS|MSG> frame among {frames.Count} frames");
        if (frames.Count < start + 2 + JsonParts)
            throw new MalformedMessageException($"{frames.Count - start - 1} frames after <IDS|MSG>, and a message has at least {1 + JsonParts}");

        byte[][] parts = [frames[start + 2], frames[start + 3], frames[start + 4], frames[start + 5]];
        if (!signer.Verify(frames[start + 1], parts)) throw new MalformedMessageException("the signature does not fit the connection's key");
        var message = new JupyterMessage
        {
            Identities = [.. frames.Take(start)],
            Header = Json(parts[0], "header"),
            ParentHeader = Json(parts[1], "parent header"),
            Metadata = Json(parts[2], "metadata"),
            Content = Json(parts[3], "content"),
            Buffers = [.. frames.Skip(start + 2 + JsonParts)],
        };
        return message.Type.Length > 0 ? message : throw new MalformedMessageException("the header has no msg_type");
    }

    private static byte[] Bytes(JsonObject json)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, WriteOptions)) json.WriteTo(writer);
        return buffer.WrittenSpan.ToArray();
    }

    private static JsonObject Json(byte[] bytes, string part)
    {
        try
        {
            var json = JsonNode.Parse(bytes, documentOptions: ReadOptions) as JsonObject
                ?? throw new MalformedMessageException($"the {part} is not a JSON object");
            _ = json.Count; // surfaces duplicate keys here
            return json;
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            throw new MalformedMessageException($"the {part} is not valid JSON: {e.Message}", e);
        }
    }
}
