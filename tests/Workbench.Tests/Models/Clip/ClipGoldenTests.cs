using TorchSharp;
using Workbench.Imaging;
using Workbench.Models.Clip;
using Workbench.Tests.Goldens;
using Workbench.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Models.Clip;

/// <summary>CLIP against tensors of the reference implementation; a case states its class in config.json.</summary>
public class ClipGoldenTests(ITestOutputHelper output)
{
    private const double Tolerance = 1e-4;

    [Theory]
    [MemberData(nameof(GoldenCase.All), "clip_text", MemberType = typeof(GoldenCase))]
    public void Text_encoders_agree_with_the_reference(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var (io, ids) = (golden.Io, golden.Io["input_ids"]);
        var projected = ModelConfigFile.ClassName(golden.Config) == "CLIPTextModelWithProjection";
        var model = Load(golden, () => new ClipTextModel(golden.Json<ClipTextConfig>("config.json")), ClipFolder.TextKeys.Then(KeyMap.Drop("text_projection.*")));
        Check(golden, "", model.Encode(ids), model);
        if (io.Contains("attention_mask")) Check(golden, "masked.", model.Encode(ids, io["attention_mask"]), model);
        if (!projected) return;
        var withProjection = Load(golden, () => new ClipTextModelWithProjection(golden.Json<ClipTextConfig>("config.json")), ClipFolder.TextKeys);
        Report(golden, "text_embeds", withProjection.call(ids));
    }

    private void Check(GoldenCase golden, string prefix, ClipTextOutput actual, ClipTextModel model)
    {
        Report(golden, prefix + "last_hidden_state", actual.LastHiddenState);
        Report(golden, prefix + "hidden_states.0", actual.HiddenStates[0]);
        Report(golden, prefix + "hidden_states.-2", actual.HiddenStates[^2]);
        Report(golden, prefix + "final_layer_norm(hidden_states.-2)", model.FinalLayerNorm(actual.HiddenStates[^2]));
        if (golden.Io.Contains(prefix + "pooled_output")) Report(golden, prefix + "pooled_output", actual.PooledOutput);
    }

    [Theory]
    [MemberData(nameof(GoldenCase.All), "clip_vision", MemberType = typeof(GoldenCase))]
    public void Vision_encoders_agree_with_the_reference(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var config = golden.Json<ClipVisionConfig>("config.json");
        var model = Load(golden, () => new ClipVisionModelWithProjection(config), ClipFolder.VisionKeys);
        var states = model.Encode(golden.Io["pixel_values"]);
        Report(golden, "image_embeds", model.call(golden.Io["pixel_values"]));
        Report(golden, "last_hidden_state", states.LastHiddenState);
        Report(golden, "hidden_states.-2", states.HiddenStates[^2]);
        var plain = Load(golden, () => new ClipVisionModel(config), ClipFolder.VisionKeys.Then(KeyMap.Drop("visual_projection.*")));
        Report(golden, "last_hidden_state", plain.call(golden.Io["pixel_values"]).LastHiddenState);
    }

    [Theory]
    [MemberData(nameof(GoldenCase.All), "clip_full", MemberType = typeof(GoldenCase))]
    public void Whole_models_agree_with_the_reference(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var model = Load(golden, () => new ClipModel(golden.Json<ClipConfig>("config.json")), KeyMap.DropPositionIds);
        var (pixels, ids) = (golden.Io["pixel_values"], golden.Io["input_ids"]);
        var (images, texts) = (model.GetImageFeatures(pixels), model.GetTextFeatures(ids));
        Report(golden, "image_features_unnormalized", images);
        Report(golden, "text_features_unnormalized", texts);
        Report(golden, "image_embeds", ClipModel.Normalize(images));
        Report(golden, "text_embeds", ClipModel.Normalize(texts));
        var logits = model.call(pixels, ids);
        Report(golden, "logits_per_image", logits);
        Report(golden, "logits_per_text", logits.t());
        Report(golden, "probs_per_image", logits.softmax(-1));
        Report(golden, "vision.last_hidden_state", model.EncodeImage(pixels).LastHiddenState);
        Report(golden, "vision.pooler_output", model.EncodeImage(pixels).PooledOutput);
    }

    [Theory]
    [MemberData(nameof(GoldenCase.All), "clip_image_processor", MemberType = typeof(GoldenCase))]
    public void The_image_processor_agrees_with_the_reference(GoldenCase golden)
    {
        var template = ModelConfigFile.ReadObject(golden.File("preprocessor_config.json"));
        foreach (var one in template["cases"]!.AsArray())
        {
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            var (name, size) = (one!["name"]!.GetValue<string>(), one["size"]!.GetValue<int>());
            var processor = new ClipImageProcessor(new() { Size = ClipImageSize.ShortestEdge(size), CropSize = ClipImageSize.Square(size) });
            var bytes = golden.Io[$"{name}.image"];
            var image = new RgbImage((int)bytes.shape[1], (int)bytes.shape[0], bytes.data<byte>().ToArray());
            var resized = processor.Resize(image);
            var levels = tensor(resized.Pixels, [resized.Height, resized.Width, 3]).permute(2, 0, 1).@int();
            var difference = (levels - golden.Io[$"{name}.resized_uint8"].@int()).abs();
            Assert.True(difference.max().item<int>() <= 1, name);
            Assert.True(difference.ne(0).@float().mean().item<float>() <= 0.001f, name);

            var expected = golden.Io[$"{name}.pixel_values"];
            var exact = processor.Process([image])[0];
            Assert.True((exact - expected).abs().gt(1e-5).@float().mean().item<float>() <= 0.001f, name);
            Assert.True((exact - expected).abs().max().item<float>() < 1.01f / 255 / 0.26f, name);

            // The differentiable way rounds nowhere: within a grey level of PIL, half a level on average.
            var smooth = processor.Process((bytes.permute(2, 0, 1).@float() / 255).unsqueeze(0))[0];
            Assert.True((smooth - expected).abs().max().item<float>() < 1.51f / 255 / 0.26f, name);
            output.WriteLine($"{golden.Name} {name}: 8-bit levels off {difference.ne(0).@float().mean().item<float>():g3}, tensor path off "
                + $"{(smooth - expected).abs().max().item<float>():g3} at most");
        }
    }

    private static T Load<T>(GoldenCase golden, Func<T> build, KeyMap keys)
        where T : nn.Module
    {
        var model = build();
        StateDict.LoadInto(model, golden.Weights, new LoadOptions { KeyMap = keys });
        model.eval();
        return model;
    }

    private void Report(GoldenCase golden, string key, Tensor actual) =>
        output.WriteLine($"{golden.Name} {key}: {GoldenAssert.Close(actual, golden.Io[key], Tolerance, key):g3}");
}
