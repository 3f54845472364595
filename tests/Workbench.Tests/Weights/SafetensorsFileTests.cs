using System.Buffers.Binary;
using System.Text;
using TorchSharp;
using Workbench.Tests.Goldens;
using Workbench.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Weights;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder temp = new();
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        temp.Dispose();
    }

    [Theory]
    [InlineData(ScalarType.Float64, "F64")]
    [InlineData(ScalarType.Float32, "F32")]
    [InlineData(ScalarType.Float16, "F16")]
    [InlineData(ScalarType.BFloat16, "BF16")]
    [InlineData(ScalarType.Int64, "I64")]
    [InlineData(ScalarType.Int32, "I32")]
    [InlineData(ScalarType.Int16, "I16")]
    [InlineData(ScalarType.Int8, "I8")]
    [InlineData(ScalarType.Byte, "U8")]
    [InlineData(ScalarType.Bool, "BOOL")]
    public void Every_dtype_survives_a_round_trip(ScalarType dtype, string name)
    {
        var path = temp.File("t.safetensors");
        var original = dtype == ScalarType.Bool ? tensor(new[] { true, false, true, true, false, false }).view(2, 3) : (arange(6).view(2, 3) * 7).to(dtype);
        SafetensorsFile.Write(path, new Dictionary<string, Tensor> { ["a"] = original, ["empty"] = zeros([0, 4], dtype: dtype), ["scalar"] = original[1, 2] });

        using var file = SafetensorsFile.Open(path);
        Assert.Equal(["a", "empty", "scalar"], file.Keys);
        Assert.Equal(dtype, file.Read("a").dtype);
        GoldenAssert.Exact(file.Read("a"), original);
        Assert.Equal([0, 4], file.Read("empty").shape);
        Assert.Empty(file.Read("scalar").shape);
        GoldenAssert.Exact(file.Read("scalar"), original[1, 2]);
        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Contains($"\"dtype\":\"{name}\"", Encoding.UTF8.GetString(File.ReadAllBytes(path)), StringComparison.Ordinal);
    }

    [Fact]
    public void Views_of_any_layout_are_written_in_row_major_order()
    {
        var path = temp.File("t.safetensors");
        var transposed = arange(6).view(2, 3).t();
        SafetensorsFile.Write(path, new Dictionary<string, Tensor> { ["t"] = transposed, ["s"] = arange(10).slice(0, 1, 9, 3) });
        using var file = SafetensorsFile.Open(path);
        Assert.Equal([0, 3, 1, 4, 2, 5], file.Read("t").data<long>().ToArray());
        Assert.Equal([1, 4, 7], file.Read("s").data<long>().ToArray());
    }

    [Fact]
    public void The_header_is_padded_and_every_tensor_is_aligned_to_its_width()
    {
        var path = temp.File("t.safetensors");
        SafetensorsFile.Write(path, new Dictionary<string, Tensor> { ["a"] = zeros(3, dtype: uint8), ["b"] = zeros(1, dtype: float64), ["c"] = zeros(1, dtype: float16) });
        var bytes = File.ReadAllBytes(path);
        var header = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Assert.Equal(0, header % 8);
        Assert.Matches("""^\{"__metadata__":\{"format":"pt"\},"b":\{"dtype":"F64","shape":\[1\],"data_offsets":\[0,8\]\},"c":.*"a":.*\} *$""", Encoding.UTF8.GetString(bytes, 8, (int)header));
    }

    [Fact]
    public void The_same_tensors_give_the_same_bytes_whatever_their_order()
    {
        Tensor x = ones(3), y = zeros(2, 2);
        SafetensorsFile.Write(temp.File("1"), new Dictionary<string, Tensor> { ["x"] = x, ["y"] = y });
        SafetensorsFile.Write(temp.File("2"), new Dictionary<string, Tensor> { ["y"] = y, ["x"] = x });
        Assert.Equal(File.ReadAllBytes(temp.File("1")), File.ReadAllBytes(temp.File("2")));
    }

    [Fact]
    public void Floats_are_cast_on_request_and_integers_are_not()
    {
        var path = temp.File("t.safetensors");
        SafetensorsFile.Write(path, new Dictionary<string, Tensor> { ["w"] = full(2, 0.1f), ["ids"] = arange(2) }, castFloatsTo: ScalarType.BFloat16);
        using var file = SafetensorsFile.Open(path);
        Assert.Equal(ScalarType.BFloat16, file.DType("w"));
        Assert.Equal(ScalarType.Int64, file.DType("ids"));
    }

    [Fact]
    public void An_interrupted_write_leaves_the_old_file_and_no_temporary_one()
    {
        var path = temp.File("t.safetensors");
        SafetensorsFile.Write(path, new Dictionary<string, Tensor> { ["w"] = ones(2) });
        var before = File.ReadAllBytes(path);

        // The second tensor does not fit into fp16, which shows when the first is on disk already.
        var e = Assert.Throws<WeightsException>(() => SafetensorsFile.Write(
            path, new Dictionary<string, Tensor> { ["a"] = ones(2), ["b"] = full(2, 1e6f) }, castFloatsTo: ScalarType.Float16));
        Assert.Contains("tensor 'b'", e.Message, StringComparison.Ordinal);
        Assert.Contains("do not fit into F16", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(temp.Path));
    }

    [Fact]
    public void NaN_may_be_stored_but_a_name_or_dtype_that_cannot_be_is_refused()
    {
        var path = temp.File("t.safetensors");
        SafetensorsFile.Write(path, new Dictionary<string, Tensor> { ["w"] = full(2, float.NaN) }, castFloatsTo: ScalarType.Float16);
        Assert.Throws<WeightsException>(() => SafetensorsFile.Write(path, new Dictionary<string, Tensor> { ["__metadata__"] = ones(2) }));
        Assert.Throws<WeightsException>(() => SafetensorsFile.Write(path, new Dictionary<string, Tensor> { ["c"] = zeros(2, dtype: complex64) }));
    }

    [Fact]
    public void A_tensor_at_the_end_of_a_huge_sparse_file_is_read_without_the_rest()
    {
        var path = temp.File("huge.safetensors");
        const long Big = 6L << 30;
        var json = $$"""{"big":{"dtype":"U8","shape":[{{Big}}],"data_offsets":[0,{{Big}}]},"last":{"dtype":"I32","shape":[2],"data_offsets":[{{Big}},{{Big + 8}}]} }""";
        using (var stream = new FileStream(path, FileMode.CreateNew))
        {
            stream.Write(BitConverter.GetBytes((long)json.Length));
            stream.Write(Encoding.ASCII.GetBytes(json));
            stream.Seek(Big, SeekOrigin.Current);
            stream.Write([1, 0, 0, 0, 2, 0, 0, 0]);
        }
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var file = SafetensorsFile.Open(path);
        Assert.Equal([1, 2], file.Read("last").data<int>().ToArray());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_link_is_read_as_the_file_it_points_to()
    {
        // As in Hugging Face's cache: the link's own length is that of the path it holds.
        var path = temp.File("snapshots", "model.safetensors");
        SafetensorsFile.Write(temp.File("blob"), new Dictionary<string, Tensor> { ["a"] = arange(1000, ScalarType.Float32) });
        Links.Create(path, Path.Combine("..", "blob"));
        using var file = SafetensorsFile.Open(path);
        Assert.Equal(999, file.Read("a")[999].item<float>());
    }

    [Fact]
    public void An_unknown_key_names_file_and_tensor()
    {
        var path = temp.File("t.safetensors");
        SafetensorsFile.Write(path, new Dictionary<string, Tensor> { ["w"] = ones(2) });
        using var file = SafetensorsFile.Open(path);
        var e = Assert.Throws<WeightsException>(() => file.Read("v"));
        Assert.Equal($"{path}: tensor 'v': the file holds no such tensor", e.Message);
        Assert.Throws<FileNotFoundException>(() => SafetensorsFile.Open(temp.File("absent")));
    }
}
