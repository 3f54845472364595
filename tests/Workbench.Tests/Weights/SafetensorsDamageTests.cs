using System.Text;
using CsCheck;
using TorchSharp;
using Workbench.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Weights;

/// <summary>Damaged files give one readable exception, never a crash, a hang or silently wrong tensors.</summary>
public sealed class SafetensorsDamageTests : IDisposable
{
    private const string Good = """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[4],"data_offsets":[8,12]}}""";
    private readonly TemporaryFolder temp = new();

    public void Dispose() => temp.Dispose();

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "takes 12 bytes, data_offsets hold 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "truncated")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "run backwards")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", 8, "integers from 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "integers from 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}""", 8, "integers from 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,9]}}""", 8, "found 3 numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 9, "1 bytes after the last tensor")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "bytes 0 to 4 before it belong to no tensor")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[4],"data_offsets":[7,11]}}""", 11, "tensor 'b': its data overlap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"U8","shape":[4],"data_offsets":[8,12]}}""", 12, "tensor 'a': the name occurs twice")]
    [InlineData("""{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, "'dtype' occurs twice")]
    [InlineData("""{"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}""", 8, "dtype F8_E4M3 is not supported")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "overflows")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0,4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "overflows")]
    [InlineData("""{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,0]}}""", 0, "integers from 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", 8, "all needed")]
    [InlineData("""{"a":[1]}""", 8, "must be an object")]
    [InlineData("""{"a":{"dtype":3,"shape":[2],"data_offsets":[0,8]}}""", 8, "not valid JSON of the expected form")]
    [InlineData("""{"__metadata__":{"x":1}}""", 0, "must be a string")]
    [InlineData("""{"__metadata__":{},"__metadata__":{}}""", 0, "__metadata__ occurs twice")]
    [InlineData("""["a"]""", 0, "must begin with '{'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}""", 8, "not valid JSON")]
    [InlineData("""{} {}""", 0, "not valid JSON")]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, "not valid JSON")]
    public void A_lying_header_is_refused_with_the_reason(string json, int dataBytes, string reason)
    {
        var path = Save(json, dataBytes);
        var e = Assert.Throws<WeightsException>(() => SafetensorsFile.Open(path));
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
        Assert.StartsWith(path, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "too few")]
    [InlineData(9, "too few")]
    public void A_tiny_file_is_refused(int length, string reason)
    {
        var path = temp.File("tiny");
        File.WriteAllBytes(path, new byte[length]);
        Assert.Contains(reason, Assert.Throws<WeightsException>(() => SafetensorsFile.Open(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100_000_001UL, "over the limit")]
    [InlineData(ulong.MaxValue, "over the limit")]
    [InlineData(1000UL, "should take 1000 bytes")]
    public void A_header_length_beyond_file_or_limit_is_refused_before_anything_is_allocated(ulong length, string reason)
    {
        var path = temp.File("long");
        File.WriteAllBytes(path, [.. BitConverter.GetBytes(length), .. "{}      "u8]);
        Assert.Contains(reason, Assert.Throws<WeightsException>(() => SafetensorsFile.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bool_byte_of_2_is_refused_when_read()
    {
        var path = Save("""{"f":{"dtype":"BOOL","shape":[2],"data_offsets":[0,2]}}""", [1, 2]);
        using var file = SafetensorsFile.Open(path);
        Assert.Contains("must be 0 or 1", Assert.Throws<WeightsException>(() => file.Read("f")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        var whole = File.ReadAllBytes(Save(Good, 12));
        Gen.Int[0, whole.Length - 1].Sample(length => Assert.True(Refused(whole[..length]), $"cut to {length} bytes"), iter: 300, threads: 1);
    }

    [Fact]
    public void A_file_with_flipped_bytes_is_refused_or_still_consistent()
    {
        var whole = File.ReadAllBytes(Save(Good, 12));
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte).Array[1, 4].Sample(
            flips =>
            {
                var bytes = whole.ToArray();
                foreach (var (position, value) in flips) bytes[position] = value;
                Refused(bytes);
            },
            iter: 3000, threads: 1);
    }

    [Fact]
    public void Random_layouts_are_accepted_exactly_when_they_tile_the_data()
    {
        var bounds = Gen.Select(Gen.Int[0, 12], Gen.Int[0, 12]);
        bounds.Array[1, 4].Sample(
            tensors =>
            {
                var json = "{" + string.Join(",", tensors.Select((t, i) => $$"""  "t{{i}}":{"dtype":"U8","shape":[{{Math.Max(0, t.Item2 - t.Item1)}}],"data_offsets":[{{t.Item1}},{{t.Item2}}]}""")) + "}";
                var covered = new int[12];
                foreach (var (begin, end) in tensors)
                    for (var i = begin; i < end; i++) covered[i]++;
                var tiles = covered.All(count => count == 1) && tensors.All(t => t.Item1 <= t.Item2)
                    && tensors.Where(t => t.Item1 == t.Item2).All(t => tensors.All(o => t.Item1 <= o.Item1 || t.Item1 >= o.Item2));
                Assert.Equal(!tiles, Refused(File.ReadAllBytes(Save(json, 12))));
            },
            iter: 2000, threads: 1);
    }

    private bool Refused(byte[] bytes)
    {
        var path = temp.File("candidate");
        File.WriteAllBytes(path, bytes);
        try
        {
            using var scope = NewDisposeScope();
            using var file = SafetensorsFile.Open(path);
            foreach (var key in file.Keys) Assert.Equal(file.Shape(key), file.Read(key).shape);
            return false;
        }
        catch (WeightsException e)
        {
            Assert.StartsWith(path, e.Message, StringComparison.Ordinal);
            return true;
        }
    }

    private string Save(string json, int dataBytes) => Save(json, new byte[dataBytes]);

    private string Save(string json, byte[] data)
    {
        var path = temp.File("damaged");
        var header = Encoding.UTF8.GetBytes(json);
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((long)header.Length), .. header, .. data]);
        return path;
    }
}
