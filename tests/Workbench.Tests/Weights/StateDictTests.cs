using TorchSharp;
using TorchSharp.Modules;
using Workbench.Tensors;
using Workbench.Tests.Goldens;
using Workbench.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Weights;

public sealed class StateDictTests : IDisposable
{
    private readonly TemporaryFolder temp = new();
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        temp.Dispose();
    }

    [Fact]
    public void Saved_weights_load_into_another_module_bit_for_bit()
    {
        using var source = new Pair();
        using var target = new Pair();
        Assert.NotEqual(Fingerprint.Of(source), Fingerprint.Of(target));
        StateDict.Save(source, temp.File("w.safetensors"));
        var report = StateDict.LoadInto(target, temp.File("w.safetensors"));
        Assert.Equal(Fingerprint.Of(source), Fingerprint.Of(target));
        Assert.Equal(["counter", "first.bias", "first.weight", "second.bias", "second.weight"], report.Loaded);
        Assert.Empty(report.Cast);
        Assert.StartsWith($"Pair from {temp.File("w.safetensors")}: 5 loaded, 0 missing", report.ToString(), StringComparison.Ordinal);
        Assert.True(target.first.weight!.requires_grad);
    }

    [Theory]
    [InlineData(ScalarType.Float16, ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16, ScalarType.Float32)]
    [InlineData(ScalarType.Float64, ScalarType.Float32)]
    [InlineData(ScalarType.Float32, ScalarType.BFloat16)]
    public void Floats_of_any_width_are_cast_into_the_module(ScalarType stored, ScalarType wanted)
    {
        using var source = new Pair();
        using var target = new Pair();
        target.to(wanted);
        StateDict.Save(source, temp.File("w.safetensors"), stored);
        var report = StateDict.LoadInto(target, temp.File("w.safetensors"));
        Assert.Equal(4, report.Cast.Count);
        Assert.Contains(new CastTensor("first.weight", stored, wanted), report.Cast);
        Assert.Equal(wanted, target.first.weight!.dtype);
        GoldenAssert.Close(target.first.weight!, source.first.weight!, 0.01);
    }

    [Fact]
    public void Missing_unexpected_and_mismatched_keys_fail_together_and_change_nothing()
    {
        using var source = new Pair();
        using var target = new Pair();
        var tensors = source.state_dict();
        tensors.Remove("first.bias");
        tensors["extra.weight"] = ones(2);
        tensors["second.weight"] = ones(9, 9);
        tensors["counter"] = ones(1);
        SafetensorsFile.Write(temp.File("w.safetensors"), tensors);
        var before = Fingerprint.Of(target);
        var e = Assert.Throws<WeightsException>(() => StateDict.LoadInto(target, temp.File("w.safetensors")));
        Assert.Equal(
            $"""
            {temp.File("w.safetensors")}: the weights do not fit Pair: 1 missing, 1 unexpected, 2 mismatched, 2 would load
              missing in the file:
                first.bias
              unexpected in the file:
                extra.weight
              mismatched:
                counter: file has Float32, module has Int64
                second.weight: file has shape [9, 9], module has [2, 3]
            """,
            e.Message);
        Assert.Equal(before, Fingerprint.Of(target));
    }

    [Fact]
    public void Names_and_patterns_allow_what_may_differ_and_nothing_else()
    {
        using var module = new Pair();
        var tensors = module.state_dict();
        tensors.Remove("second.weight");
        tensors.Remove("second.bias");
        tensors["vision_model.a"] = ones(1);
        SafetensorsFile.Write(temp.File("w.safetensors"), tensors);
        var allowed = new LoadOptions { AllowMissing = ["second.*"], AllowUnexpected = ["vision_model.*"] };
        var report = StateDict.LoadInto(module, temp.File("w.safetensors"), allowed);
        Assert.Equal(["second.bias", "second.weight"], report.Missing);
        Assert.Equal(["vision_model.a"], report.Unexpected);
        Assert.Throws<WeightsException>(() => StateDict.LoadInto(module, temp.File("w.safetensors"), allowed with { AllowMissing = ["second.bias"] }));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Values_that_are_not_finite_are_refused_by_name_unless_asked_for(float bad)
    {
        using var module = new Pair();
        var tensors = module.state_dict();
        tensors["second.bias"] = tensor(new[] { 1, bad });
        SafetensorsFile.Write(temp.File("w.safetensors"), tensors);
        var e = Assert.Throws<WeightsException>(() => StateDict.LoadInto(module, temp.File("w.safetensors")));
        Assert.Contains("tensor 'second.bias': 1 of 2 values are NaN or infinite", e.Message, StringComparison.Ordinal);
        StateDict.LoadInto(module, temp.File("w.safetensors"), new LoadOptions { CheckFinite = false });
        Assert.Equal(bad, module.second.bias![1].item<float>());
    }

    [Fact]
    public void A_value_that_the_modules_dtype_cannot_hold_is_refused()
    {
        using var module = new Pair();
        var tensors = module.state_dict();
        tensors["second.bias"] = tensor(new[] { 1, 1e6f });
        SafetensorsFile.Write(temp.File("w.safetensors"), tensors);
        module.to(ScalarType.Float16);
        var e = Assert.Throws<WeightsException>(() => StateDict.LoadInto(module, temp.File("w.safetensors")));
        Assert.Contains("do not fit into the module's Float16", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Legacy_attention_names_and_pointwise_convolutions_load_into_linear_layers()
    {
        using var source = new Pair();
        var tensors = source.state_dict().ToDictionary(pair => pair.Key.Replace("first", "attentions.0.proj_attn", StringComparison.Ordinal), pair => pair.Value);
        tensors["attentions.0.proj_attn.weight"] = source.first.weight!.view(3, 4, 1, 1);
        SafetensorsFile.Write(temp.File("w.safetensors"), tensors);
        using var target = new Pair();
        var options = LoadOptions.Vae with
        {
            KeyMap = KeyMap.LegacyVaeAttention.Then(new KeyMap(key => key.Replace("attentions.0.to_out.0", "first", StringComparison.Ordinal))),
        };
        StateDict.LoadInto(target, temp.File("w.safetensors"), options);
        Assert.Equal(Fingerprint.Of(source), Fingerprint.Of(target));
        Assert.Throws<WeightsException>(() => StateDict.LoadInto(target, temp.File("w.safetensors"), options with { ReshapePointwise = false }));
    }

    [Fact]
    public void Dropped_keys_are_reported_and_two_keys_that_map_to_one_are_refused()
    {
        using var module = new Pair();
        var tensors = module.state_dict();
        tensors["text_model.embeddings.position_ids"] = arange(4).view(1, 4);
        SafetensorsFile.Write(temp.File("w.safetensors"), tensors);
        Assert.Equal(["text_model.embeddings.position_ids"], StateDict.LoadInto(module, temp.File("w.safetensors"), LoadOptions.Clip).Dropped);
        var clash = new LoadOptions { KeyMap = new KeyMap(_ => "counter") };
        Assert.Contains("map to 'counter'", Assert.Throws<WeightsException>(() => StateDict.LoadInto(module, temp.File("w.safetensors"), clash)).Message, StringComparison.Ordinal);
    }

    private sealed class Pair : nn.Module
    {
        public readonly Linear first = nn.Linear(4, 3);
        public readonly Linear second = nn.Linear(3, 2);
#pragma warning disable IDE0052 // Held by the module.
        private readonly Tensor counter = zeros(1, dtype: int64);
        private readonly Tensor cache = zeros(5);
#pragma warning restore IDE0052

        public Pair()
            : base(nameof(Pair))
        {
            register_module("first", first);
            register_module("second", second);
            register_buffer("counter", counter);
            register_buffer("cache", cache, persistent: false);
        }
    }
}
