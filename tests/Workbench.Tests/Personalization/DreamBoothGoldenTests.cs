using System.Text.Json.Nodes;
using TorchSharp;
using Workbench.Models.Clip;
using Workbench.Models.UNet;
using Workbench.Personalization;
using Workbench.Schedulers;
using Workbench.Tests.Goldens;
using Workbench.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Personalization;

public sealed class DreamBoothGoldenTests
{
    [Theory]
    [MemberData(nameof(GoldenCase.All), "train_", MemberType = typeof(GoldenCase))]
    public void Loss_and_gradients_agree_with_the_reference(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        var run = new Run(golden);
        var parts = run.Loss();
        GoldenAssert.Close(parts.Prediction, golden.Io["model_pred"], 1e-4, "model_pred");
        GoldenAssert.Close(parts.Total.reshape(1), golden.Io["loss"], 1e-5, "loss");
        GoldenAssert.Close(parts.Instance.reshape(1), golden.Io["loss_instance"], 1e-5, "loss_instance");
        Assert.Equal(run.Prior, parts.Prior is not null);
        if (run.Prior) GoldenAssert.Close(parts.Prior!.reshape(1), golden.Io["loss_prior"], 1e-5, "loss_prior");

        parts.Total.backward();
        foreach (var key in golden.Io.Keys.Where(k => k.StartsWith("grad.", StringComparison.Ordinal)))
            GoldenAssert.Close(run.Parameters[key[5..]].grad!, golden.Io[key], 1e-4, key);
        foreach (var (name, norm) in run.Config["grad_l2_norm_of_every_parameter"]!.AsObject())
        {
            var expected = norm!.GetValue<double>();
            var actual = run.Parameters[name].grad is { } grad ? grad.norm().item<float>() : 0;
            Assert.True(Math.Abs(actual - expected) <= 1e-3 * expected + 1e-7, $"{name}: gradient norm {actual:g6}, expected {expected:g6}");
        }
    }

    [Theory]
    [MemberData(nameof(GoldenCase.All), "train_", MemberType = typeof(GoldenCase))]
    public void AdamW_without_clipping_follows_the_reference_for_three_steps(GoldenCase golden) => Follow(golden, 0, 3, "adamw");

    [Theory]
    [MemberData(nameof(GoldenCase.All), "train_", MemberType = typeof(GoldenCase))]
    public void AdamW_with_clipping_follows_the_reference(GoldenCase golden)
    {
        var norm = Follow(golden, 1, 1, "adamw_clip1");
        using var expected = golden.Io["grad_norm_before_clip"];
        Assert.Equal(expected.item<float>(), norm, 1e-4);
    }

    private static double Follow(GoldenCase golden, double maxGradNorm, int steps, string prefix)
    {
        using var scope = NewDisposeScope();
        var run = new Run(golden);
        var settings = run.Config["optimizer"]!;
        var rate = settings["lr"]!.GetValue<double>();
        using var optimizer = new AdamW(run.Parameters.Select(p => (p.Key, p.Value)), new AdamWOptions
        {
            LearningRate = rate,
            Beta1 = settings["betas"]![0]!.GetValue<double>(),
            Beta2 = settings["betas"]![1]!.GetValue<double>(),
            Epsilon = settings["eps"]!.GetValue<double>(),
            WeightDecay = settings["weight_decay"]!.GetValue<double>(),
            MaxGradNorm = maxGradNorm,
        });
        var losses = golden.Io[$"{prefix}.losses"].data<float>().ToArray();
        double norm = 0;
        for (var step = 1; step <= steps; step++)
        {
            optimizer.ZeroGrad();
            var loss = run.Loss().Total;
            Assert.Equal(losses[step - 1], loss.item<float>(), losses[step - 1] * 1e-5);
            loss.backward();
            norm = optimizer.Step();
            var found = golden.Io.Keys.Where(k => k.StartsWith($"{prefix}.step{step}.", StringComparison.Ordinal)).ToList();
            foreach (var key in found) AssertWeights(run.Parameters[key[$"{prefix}.step{step}.".Length..]], golden.Io[key], 2 * rate * step, key);
            if (step is 1) Assert.NotEmpty(found);
        }
        return norm;
    }

    /// <summary>99.9 % of the entries within 1e-5; where a gradient is nearly 0 Adam's sign may flip, within the steps' reach.</summary>
    private static void AssertWeights(Tensor actual, Tensor expected, double reach, string label)
    {
        var difference = (actual - expected).abs();
        var close = difference.le(1e-5).to(ScalarType.Float32).mean().item<float>();
        Assert.True(close >= 0.999, $"{label}: only {close:P2} within 1e-5");
        Assert.True(difference.max().item<float>() <= reach, $"{label}: an entry is off by {difference.max().item<float>():g3}");
    }

    private sealed class Run
    {
        private readonly GoldenCase golden;
        private readonly DreamBoothLoss loss;

        public Run(GoldenCase golden)
        {
            this.golden = golden;
            Config = ModelConfigFile.ReadObject(golden.Config);
            Prior = Config["with_prior_preservation"]!.GetValue<bool>();
            loss = new DreamBoothLoss(NoiseSchedule.FromFolder(golden.File("scheduler_config.json")),
                Prior ? Config["prior_loss_weight"]!.GetValue<double>() : null);
            UNet = new UNet2DConditionModel(golden.Json<UNet2DConditionConfig>("unet_config.json"));
            Load(UNet, "unet.");
            if (golden.Has("text_encoder_config.json"))
            {
                TextEncoder = new ClipTextModel(golden.Json<ClipTextConfig>("text_encoder_config.json"));
                Load(TextEncoder, "text_encoder.");
            }
            Parameters = Named(UNet, "unet.").Concat(TextEncoder is null ? [] : Named(TextEncoder, "text_encoder."))
                .ToDictionary(p => p.Name, p => p.Parameter, StringComparer.Ordinal);
        }

        public JsonObject Config { get; }

        public bool Prior { get; }

        public UNet2DConditionModel UNet { get; }

        public ClipTextModel? TextEncoder { get; }

        public Dictionary<string, TorchSharp.Modules.Parameter> Parameters { get; }

        public DreamBoothLossParts Loss() => loss.Compute(UNet, golden.Io["latents"], golden.Io["noise"], golden.Io["timesteps"],
            TextEncoder?.call(golden.Io["input_ids"]).LastHiddenState ?? golden.Io["encoder_hidden_states"]);

        private void Load(nn.Module module, string prefix)
        {
            // One weights file holds both networks: keep the keys of one.
            using var file = SafetensorsFile.Open(golden.Weights);
            var state = module.state_dict();
            var own = file.Keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(k => k[prefix.Length..]);
            if (own.Count == 0) own = file.Keys.ToDictionary(k => k);
            Assert.Equal(state.Keys.Order(StringComparer.Ordinal), own.Keys.Where(k => !k.EndsWith("position_ids", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
            using var guard = no_grad();
            foreach (var (key, target) in state) target.copy_(file.Read(own[key]));
        }

        private static IEnumerable<(string Name, TorchSharp.Modules.Parameter Parameter)> Named(nn.Module module, string prefix) =>
            module.named_parameters().Select(p => (prefix + p.name, p.parameter));
    }
}
