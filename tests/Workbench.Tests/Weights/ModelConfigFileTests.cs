using System.Text.Json.Serialization;
using Workbench.Weights;
using Xunit;

namespace Workbench.Tests.Weights;

public sealed class ModelConfigFileTests : IDisposable
{
    private readonly TemporaryFolder temp = new();

    public void Dispose() => temp.Dispose();

    public enum Activation
    {
        Silu,
        QuickGelu,
    }

    public sealed record Inner
    {
        public int HiddenSize { get; init; } = 7;
    }

    public sealed record Config
    {
        public int SampleSize { get; init; } = 64;

        public double? ShiftFactor { get; init; } = 0.5;

        public string Mode { get; init; } = "mean";

        public Activation ActFn { get; init; } = Activation.Silu;

        public double LambdaMinClipped { get; init; } = double.NegativeInfinity;

        [JsonConverter(typeof(ScalarOrListConverter))]
        public IReadOnlyList<int> AttentionHeadDim { get; init; } = [8];

        public Inner TextConfig { get; init; } = new();
    }

    [Fact]
    public void Absent_keys_take_defaults_and_unknown_keys_are_tolerated()
    {
        var config = ModelConfigFile.Read<Config>(temp.WriteText("""{"sample_size":32,"act_fn":"quick_gelu","brand_new_key":[1]}""", "config.json"));
        Assert.Equal((32, 0.5, Activation.QuickGelu), (config.SampleSize, config.ShiftFactor, config.ActFn));
    }

    [Fact]
    public void Null_stands_where_the_record_can_hold_it_and_means_the_default_elsewhere()
    {
        var config = ModelConfigFile.Read<Config>(temp.WriteText("""{"sample_size":null,"shift_factor":null,"mode":null,"text_config":{"hidden_size":null}}""", "config.json"));
        Assert.Equal((64, null, "mean", 7), (config.SampleSize, config.ShiftFactor, config.Mode, config.TextConfig.HiddenSize));
    }

    [Theory]
    [InlineData("8", new[] { 8 })]
    [InlineData("[5,10,20]", new[] { 5, 10, 20 })]
    public void A_number_or_a_list_a_level_is_read_and_written_as_it_was(string text, int[] expected)
    {
        var config = ModelConfigFile.Read<Config>(temp.WriteText($$"""{"attention_head_dim":{{text}}}""", "config.json"));
        Assert.Equal(expected, config.AttentionHeadDim);
        ModelConfigFile.Write(temp.File("again.json"), config);
        Assert.Equal(text, ModelConfigFile.ReadObject(temp.File("again.json"))["attention_head_dim"]!.ToJsonString());
    }

    [Theory]
    [InlineData("-Infinity", double.NegativeInfinity)]
    [InlineData("Infinity", double.PositiveInfinity)]
    [InlineData("NaN", double.NaN)]
    public void Bare_literals_of_Python_are_read_and_written(string literal, double value)
    {
        var path = temp.WriteText($$"""{"mode": "NaN, -Infinity \" NaN", "lambda_min_clipped": {{literal}}, "x": [{{literal}}, 1]}""", "config.json");
        var config = ModelConfigFile.Read<Config>(path);
        Assert.Equal(value, config.LambdaMinClipped);
        Assert.Equal("NaN, -Infinity \" NaN", config.Mode);
        ModelConfigFile.Write(temp.File("again.json"), config);
        Assert.Contains($"\"lambda_min_clipped\": {literal},", File.ReadAllText(temp.File("again.json")), StringComparison.Ordinal);
        Assert.Equal(config with { AttentionHeadDim = [], TextConfig = new() }, ModelConfigFile.Read<Config>(temp.File("again.json")) with { AttentionHeadDim = [], TextConfig = new() });
    }

    [Theory]
    [InlineData("""{"sample_size":"big"}""", "sample_size")]
    [InlineData("""{"act_fn":"mish"}""", "act_fn")]
    [InlineData("""{"attention_head_dim":"eight"}""", "attention_head_dim")]
    [InlineData("""{"sample_size":1,}""", "not valid JSON")]
    [InlineData("""[1]""", "expected a JSON object")]
    [InlineData("""{"twice":1,"twice":2}""", "twice")]
    public void A_wrong_value_names_file_and_key(string json, string reason)
    {
        var path = temp.WriteText(json, "config.json");
        var e = Assert.Throws<WeightsException>(() => ModelConfigFile.Read<Config>(path));
        Assert.StartsWith(path, e.Message, StringComparison.Ordinal);
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_foreign_class_name_is_refused_and_an_absent_one_is_not()
    {
        var path = temp.WriteText("""{"_class_name":"AutoencoderTiny"}""", "config.json");
        var e = Assert.Throws<WeightsException>(() => ModelConfigFile.Read<Config>(path, "AutoencoderKL"));
        Assert.Equal($"{path}: class 'AutoencoderTiny' is not supported here (expected AutoencoderKL)", e.Message);
        Assert.Equal("AutoencoderTiny", ModelConfigFile.ClassName(path));
        Assert.NotNull(ModelConfigFile.Read<Config>(temp.WriteText("{}", "config.json"), "AutoencoderKL"));
        Assert.Contains("no such config", Assert.Throws<WeightsException>(() => ModelConfigFile.Read<Config>(temp.File("absent"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_header_carries_what_diffusers_and_transformers_look_for()
    {
        ModelConfigFile.Write(temp.File("d.json"), new Config(), ConfigHeader.Diffusers("AutoencoderKL"));
        var diffusers = ModelConfigFile.ReadObject(temp.File("d.json"));
        Assert.Equal("AutoencoderKL", diffusers["_class_name"]!.GetValue<string>());
        Assert.NotNull(diffusers["_diffusers_version"]);
        Assert.Equal(64, diffusers["sample_size"]!.GetValue<int>());

        ModelConfigFile.Write(temp.File("t.json"), new Config(), ConfigHeader.Transformers("CLIPTextModel", "clip_text_model").With("torch_dtype", "float16"));
        var transformers = ModelConfigFile.ReadObject(temp.File("t.json"));
        Assert.Equal("""["CLIPTextModel"]""", transformers["architectures"]!.ToJsonString(), ignoreWhiteSpaceDifferences: true);
        Assert.Equal("clip_text_model", transformers["model_type"]!.GetValue<string>());
        Assert.Equal("CLIPTextModel", ModelConfigFile.ClassName(temp.File("t.json")));
    }
}
