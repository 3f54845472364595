using TorchSharp;
using Workbench.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Weights;

public sealed class WeightFilesTests : IDisposable
{
    private readonly TemporaryFolder temp = new();
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        temp.Dispose();
    }

    [Theory]
    [InlineData("diffusion_pytorch_model.safetensors diffusion_pytorch_model.fp16.safetensors", null, "diffusion_pytorch_model.safetensors")]
    [InlineData("diffusion_pytorch_model.safetensors diffusion_pytorch_model.fp16.safetensors", "fp16", "diffusion_pytorch_model.fp16.safetensors")]
    [InlineData("diffusion_pytorch_model.fp16.safetensors", null, "diffusion_pytorch_model.fp16.safetensors")]
    [InlineData("model.safetensors pytorch_model.bin", null, "model.safetensors")]
    [InlineData("config.json pytorch_model.bin", null, "pytorch_model.bin")]
    [InlineData("diffusion_pytorch_model.bin diffusion_pytorch_model.fp16.bin", null, "diffusion_pytorch_model.bin")]
    [InlineData("diffusion_pytorch_model.bin diffusion_pytorch_model.fp16.safetensors", null, "diffusion_pytorch_model.bin")]
    [InlineData("diffusion_pytorch_model.bin diffusion_pytorch_model.fp16.safetensors diffusion_pytorch_model.non_ema.safetensors", null, "diffusion_pytorch_model.bin")]
    [InlineData("model-00001-of-00001.safetensors model.safetensors.index.json", null, "model.safetensors.index.json")]
    [InlineData("model-00001-of-00001.fp16.safetensors model.safetensors.index.fp16.json", "fp16", "model.safetensors.index.fp16.json")]
    [InlineData("model-00001-of-00001.fp16.safetensors model.safetensors.index.fp16.json", null, "model.safetensors.index.fp16.json")]
    public void The_file_is_found_by_name_and_variant(string files, string? variant, string expected)
    {
        foreach (var file in files.Split(' ')) temp.WriteText("", file);
        Assert.Equal(temp.File(expected), WeightFiles.Find(temp.Path, variant));
    }

    [Theory]
    [InlineData("model.fp16.safetensors model.bf16.safetensors", null)]
    [InlineData("model.safetensors", "fp16")]
    [InlineData("config.json", null)]
    public void Without_a_clear_choice_the_message_lists_what_is_there(string files, string? variant)
    {
        foreach (var file in files.Split(' ')) temp.WriteText("", file);
        var e = Assert.Throws<WeightsException>(() => WeightFiles.Find(temp.Path, variant));
        foreach (var file in files.Split(' ')) Assert.Contains(file, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shards_read_like_one_file()
    {
        SafetensorsFile.Write(temp.File("m-1.safetensors"), new Dictionary<string, Tensor> { ["a"] = ones(2), ["tied"] = ones(3) });
        SafetensorsFile.Write(temp.File("m-2.safetensors"), new Dictionary<string, Tensor> { ["b"] = zeros(1, 2, dtype: float16) });
        var index = temp.WriteText("""{"metadata":{"total_size":8},"weight_map":{"a":"m-1.safetensors","b":"m-2.safetensors"}}""", "m.safetensors.index.json");
        using var set = WeightFiles.Open(index);
        Assert.Equal(["a", "b", "tied"], set.Keys);
        Assert.Equal([1, 2], set.Shape("b"));
        Assert.Equal(ScalarType.Float16, set.Read("b").dtype);
        Assert.Equal([1f, 1f], set.Read("a").data<float>().ToArray());
    }

    [Theory]
    [InlineData("""{"weight_map":{"a":"absent.safetensors"}}""", "its shard absent.safetensors is missing")]
    [InlineData("""{"weight_map":{"b":"m-1.safetensors"}}""", "the shard m-1.safetensors does not hold it")]
    [InlineData("""{"weight_map":{"a":"../m-1.safetensors"}}""", "must be a plain file name")]
    [InlineData("""{"weight_map":{"a":"m-1.safetensors","a":"m-1.safetensors"}}""", "lists it twice")]
    [InlineData("""{"weight_map":{"a":1}}""", "must be a file name")]
    [InlineData("""{"weights":{}}""", "no 'weight_map'")]
    [InlineData("""[]""", "no 'weight_map'")]
    [InlineData("""{""", "not valid JSON")]
    public void A_damaged_index_is_refused_with_the_reason(string json, string reason)
    {
        SafetensorsFile.Write(temp.File("m-1.safetensors"), new Dictionary<string, Tensor> { ["a"] = ones(2) });
        var e = Assert.Throws<WeightsException>(() => WeightFiles.Open(temp.WriteText(json, "m.safetensors.index.json")));
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }
}
