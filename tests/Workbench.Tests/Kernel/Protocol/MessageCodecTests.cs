using System.Text.Json.Nodes;
using CsCheck;
using Workbench.Kernel.Protocol;
using Xunit;

namespace Workbench.Tests.Kernel.Protocol;

public sealed class MessageCodecTests
{
    private static readonly MessageCodec Codec = new(new("key", "hmac-sha256"));

    [Fact]
    public void The_signature_is_the_hmac_of_the_specification()
    {
        // RFC 4231, test case 2, in four parts.
        var signer = new MessageSigner("Jefe", "hmac-sha256");
        byte[][] parts = ["what do "u8.ToArray(), "ya want "u8.ToArray(), "for "u8.ToArray(), "nothing?"u8.ToArray()];
        Assert.Equal("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", signer.Sign(parts));
        Assert.True(signer.Verify("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"u8, parts));
        Assert.False(signer.Verify("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3844"u8, parts));
    }

    [Fact]
    public void Messages_come_back_as_they_were_sent() =>
        Gen.Select(Gen.String[Gen.Char.AlphaNumeric, 0, 20], Gen.Byte.Array[0, 30].Array[0, 3], Gen.Byte.Array[1, 8].Array[0, 3]).Sample((text, buffers, identities) =>
        {
            var message = JupyterMessage.Create("a_request", new JsonObject { ["x"] = text }, "s") with { Buffers = buffers, Identities = identities, Metadata = new JsonObject { ["m"] = 1 } };
            var back = Codec.Decode(Codec.Encode(message));
            Assert.Equal(message.Content.ToJsonString(), back.Content.ToJsonString());
            Assert.Equal(message.Metadata.ToJsonString(), back.Metadata.ToJsonString());
            Assert.Equal(message.Id, back.Id);
            Assert.Equal(buffers, back.Buffers);
            Assert.Equal(identities, back.Identities);
        });

    [Fact]
    public void A_changed_byte_anywhere_is_found()
    {
        var frames = Codec.Encode(JupyterMessage.Create("a_request", new JsonObject { ["x"] = 1 }, "s"));
        for (var part = 1; part < frames.Count; part++)
        {
            var changed = frames.Select(f => f.ToArray()).ToList();
            changed[part][0] ^= 1;
            Assert.Throws<MalformedMessageException>(() => Codec.Decode(changed));
        }
    }

    [Fact]
    public void Without_a_key_nothing_is_signed_or_checked()
    {
        var open = new MessageCodec(new("", "hmac-sha256"));
        var frames = open.Encode(JupyterMessage.Create("a_request", [], "s"));
        Assert.Empty(frames[1]);
        Assert.Equal("a_request", open.Decode(frames).Type);
    }

    [Fact]
    public void An_unknown_scheme_is_refused_with_its_name() =>
        Assert.Contains("crc32", Assert.Throws<NotSupportedException>(() => new MessageSigner("k", "crc32")).Message);

    [Theory]
    [InlineData("", "JSON")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("{}", "shell_port")]
    [InlineData("""{"shell_port": 70000}""", "shell_port")]
    [InlineData("""{"ip": 3}""", "ip")]
    public void A_connection_file_that_cannot_be_used_says_why(string json, string word) =>
        Assert.Contains(word, Assert.Throws<ConnectionFileException>(() => ConnectionFile.Parse(json, "c.json")).Message);

    [Fact]
    public void A_connection_file_comes_back_as_it_was_written()
    {
        var connection = new ConnectionFile("tcp", "127.0.0.1", 1, 2, 3, 4, 5, "k", "hmac-sha256");
        Assert.Equal(connection, ConnectionFile.Parse(connection.ToJson()));
        Assert.Equal("tcp://127.0.0.1:3", connection.Address(connection.IoPubPort));
    }
}
