using TorchSharp;
using Workbench.Models.Clip;
using Workbench.Tensors;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Models.Clip;

public class ClipModelTests
{
    private static readonly ClipConfig Small = new()
    {
        ProjectionDim = 12,
        TextConfig = new()
        {
            VocabSize = 60,
            HiddenSize = 16,
            IntermediateSize = 32,
            NumHiddenLayers = 2,
            NumAttentionHeads = 2,
            MaxPositionEmbeddings = 8,
            EosTokenId = 59,
            ProjectionDim = 12,
        },
        VisionConfig = new()
        {
            HiddenSize = 24,
            IntermediateSize = 48,
            NumHiddenLayers = 2,
            NumAttentionHeads = 3,
            ImageSize = 32,
            PatchSize = 8,
            ProjectionDim = 12,
        },
    };

    private static Tensor Ids => tensor(new long[,] { { 58, 3, 4, 59, 59, 59, 59, 59 }, { 58, 7, 8, 9, 10, 59, 59, 59 } });

    [Fact]
    public void Contrastive_training_moves_every_parameter_and_lowers_the_loss()
    {
        using var scope = NewDisposeScope();
        var model = ClipModel.Create(Small, new Seed(1));
        using var random = new Seed(2).Open();
        var (pixels, ids) = (random.Normal(2, 3, 32, 32), Ids);
        var optimizer = optim.Adam(model.parameters(), 1e-3);
        var before = Loss().item<float>();
        for (var step = 0; step < 20; step++)
        {
            optimizer.zero_grad();
            Loss().backward();
            if (step == 0)
            {
                foreach (var (name, parameter) in model.named_parameters())
                    Assert.True(parameter.grad is not null && parameter.grad.isfinite().all().item<bool>(), $"{name} got no finite gradient.");
            }
            optimizer.step();
            model.ClampLogitScale();
        }
        Assert.True(Loss().item<float>() < before / 2);

        Tensor Loss() => ClipLoss.Contrastive(model.GetImageFeatures(pixels), model.GetTextFeatures(ids), model.LogitScale);
    }

    [Fact]
    public void Gradients_reach_the_pixels_through_the_processor()
    {
        using var scope = NewDisposeScope();
        var model = ClipModel.Create(Small, new Seed(1));
        using var random = new Seed(3).Open();
        var pixels = random.Uniform(0.2, 0.8, 1, 3, 64, 64).requires_grad_();
        var input = ClipImageProcessor.For(Small.VisionConfig).Process(pixels);
        Assert.Equal([1, 3, 32, 32], input.shape);
        model.GetImageFeatures(input).square().sum().backward();
        Assert.True(pixels.grad!.ne(0).to(ScalarType.Float32).mean().item<float>() > 0.99f);
    }

    [Fact]
    public void The_text_encoder_is_causal()
    {
        using var scope = NewDisposeScope();
        var model = ClipModel.Create(Small, new Seed(1));
        var changed = Ids;
        changed[0, 2] = tensor(5L);
        var (a, b) = (model.EncodeText(Ids).LastHiddenState, model.EncodeText(changed).LastHiddenState);
        Assert.True(a[0].narrow(0, 0, 2).allclose(b[0].narrow(0, 0, 2)));
        Assert.False(a[0, 2].allclose(b[0, 2]));
        Assert.False(a[0, 7].allclose(b[0, 7]));
    }

    [Fact]
    public void Sixteen_bit_features_follow_the_32_bit_ones()
    {
        using var scope = NewDisposeScope();
        using var random = new Seed(4).Open();
        var pixels = random.Normal(2, 3, 32, 32);
        var model = ClipModel.Create(Small, new Seed(1));
        var (images, texts) = (ClipModel.Normalize(model.GetImageFeatures(pixels)), ClipModel.Normalize(model.GetTextFeatures(Ids)));
        model.to(ScalarType.BFloat16);
        Assert.All(model.named_parameters(), p => Assert.Equal(ScalarType.BFloat16, p.parameter.dtype));
        var (images16, texts16) = (model.GetImageFeatures(pixels), model.GetTextFeatures(Ids));
        Assert.Equal(ScalarType.BFloat16, images16.dtype);
        Assert.True((ClipModel.Normalize(images16.@float()) - images).abs().max().item<float>() < 0.03f);
        Assert.True((ClipModel.Normalize(texts16.@float()) - texts).abs().max().item<float>() < 0.03f);
    }

    [Fact]
    public void The_seed_decides_the_weights()
    {
        using var scope = NewDisposeScope();
        var (a, same, other) = (ClipModel.Create(Small, new Seed(1)), ClipModel.Create(Small, new Seed(1)), ClipModel.Create(Small, new Seed(2)));
        foreach (var (name, parameter) in a.named_parameters())
        {
            Assert.True(parameter.eq(same.get_parameter(name)!).all().item<bool>(), name);
            if (parameter.dim() > 1) Assert.False(parameter.eq(other.get_parameter(name)!).all().item<bool>(), name);
        }
        Assert.Equal(Math.Log(1 / 0.07), a.LogitScale.item<float>(), 3);
        Assert.Equal(0.02, a.get_parameter("text_model.embeddings.token_embedding.weight")!.std().item<float>(), 2);
        Assert.Equal(0, a.get_parameter("vision_model.encoder.layers.1.mlp.fc1.bias")!.abs().max().item<float>());
    }

    [Fact]
    public void A_prompt_longer_than_the_context_and_a_picture_of_another_size_are_refused()
    {
        using var scope = NewDisposeScope();
        var model = ClipModel.Create(Small, new Seed(1));
        Assert.Contains("9 tokens", Assert.Throws<ArgumentException>(() => model.GetTextFeatures(zeros([1, 9], ScalarType.Int64))).Message, StringComparison.Ordinal);
        Assert.Contains("[batch, 3, 32, 32]", Assert.Throws<ArgumentException>(() => model.GetImageFeatures(zeros(1, 3, 64, 64))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_loss_of_features_that_match_perfectly_is_near_zero_and_of_equal_ones_is_log_of_the_batch()
    {
        using var scope = NewDisposeScope();
        var scale = tensor((float)Math.Log(100));
        Assert.True(ClipLoss.Contrastive(eye(4), eye(4), scale).item<float>() < 1e-6f);
        Assert.Equal(Math.Log(4), ClipLoss.Contrastive(ones(4, 3), ones(4, 3), scale).item<float>(), 4);
        Assert.Throws<ArgumentException>(() => ClipLoss.Contrastive(ones(4, 3), ones(3, 3), scale));
    }

    [Fact]
    public void A_saved_model_comes_back_equal_and_serves_its_encoders()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var folder = new TemporaryFolder();
        using var random = new Seed(5).Open();
        var pixels = random.Normal(1, 3, 32, 32);
        var model = ClipModel.Create(Small, new Seed(1));
        model.SavePretrained(folder.Path);
        var again = ClipModel.FromPretrained(folder.Path);
        Assert.Equal(Small, again.Config);
        Assert.False(again.training);
        Assert.True(model.call(pixels, Ids).allclose(again.call(pixels, Ids)));
        Assert.True(model.GetTextFeatures(Ids).allclose(ClipTextModelWithProjection.FromPretrained(folder.Path).call(Ids)));
        Assert.True(model.EncodeText(Ids).LastHiddenState.allclose(ClipTextModel.FromPretrained(folder.Path).call(Ids).LastHiddenState));
        Assert.True(model.GetImageFeatures(pixels).allclose(ClipVisionModelWithProjection.FromPretrained(folder.Path).call(pixels)));
        Assert.True(model.EncodeImage(pixels).PooledOutput.allclose(ClipVisionModel.FromPretrained(folder.Path).call(pixels).PooledOutput));

        using var text = new TemporaryFolder();
        ClipTextModel.FromPretrained(folder.Path).SavePretrained(text.Path, ScalarType.Float16);
        var half = ClipTextModel.FromPretrained(text.Path);
        Assert.Equal(ScalarType.Float32, half.TokenEmbedding.dtype);
        Assert.True(model.EncodeText(Ids).LastHiddenState.allclose(half.call(Ids).LastHiddenState, 0, 0.02));
        Assert.Equal("CLIPTextModel", Workbench.Weights.ModelConfigFile.ClassName(text.File("config.json")));
    }

    [Fact]
    public void Old_files_with_position_ids_load()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var model = ClipModel.Create(Small, new Seed(1));
        model.SavePretrained(folder.Path);
        var tensors = model.state_dict();
        tensors["text_model.embeddings.position_ids"] = arange(8, dtype: ScalarType.Int64).unsqueeze(0);
        tensors["vision_model.embeddings.position_ids"] = arange(17, dtype: ScalarType.Int64).unsqueeze(0);
        Workbench.Weights.SafetensorsFile.Write(folder.File("model.safetensors"), tensors);
        Assert.Equal(model.LogitScale.item<float>(), ClipModel.FromPretrained(folder.Path).LogitScale.item<float>());
        Assert.True(model.state_dict()["visual_projection.weight"].allclose(ClipVisionModelWithProjection.FromPretrained(folder.Path).state_dict()["visual_projection.weight"]));
    }

    [Fact]
    public void An_unknown_activation_is_an_error_that_names_the_file()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("config.json"), """{ "hidden_act": "swish" }""");
        var error = Assert.Throws<Workbench.Weights.WeightsException>(() => ClipTextModel.FromPretrained(folder.Path));
        Assert.Contains("config.json", error.Message, StringComparison.Ordinal);
        Assert.Contains("swish", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Frozen_text_embeddings_can_be_replaced_and_receive_gradients()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        ClipModel.Create(Small, new Seed(1)).SavePretrained(folder.Path);
        var model = ClipTextModel.FromPretrained(folder.Path);
        var own = model.TokenEmbedding.detach().index_select(0, Ids.reshape(-1)).reshape(2, 8, 16).clone().requires_grad_();
        var output = model.Encode(Ids, tokenEmbeddings: own);
        Assert.True(output.LastHiddenState.allclose(model.call(Ids).LastHiddenState));
        output.PooledOutput.square().sum().backward();
        Assert.True(own.grad!.ne(0).any().item<bool>());
    }

    [Fact]
    public void The_processor_configuration_comes_back_equal()
    {
        using var folder = new TemporaryFolder();
        ClipImageProcessor.For(Small.VisionConfig).SavePretrained(folder.Path);
        var config = ClipImageProcessor.FromPretrained(folder.Path).Config;
        Assert.Equal((ClipImageSize.ShortestEdge(32), ClipImageSize.Square(32), 3), (config.Size, config.CropSize, config.Resample));
        Assert.Equal(config.ImageMean, ClipImageProcessor.Beside(folder.Path, Small.VisionConfig).Config.ImageMean);
        File.WriteAllText(folder.File("preprocessor_config.json"), """{ "size": 224, "crop_size": 224, "resample": 2 }""");
        Assert.Contains("224×224", Assert.Throws<Workbench.Weights.WeightsException>(() => ClipImageProcessor.Beside(folder.Path, Small.VisionConfig)).Message, StringComparison.Ordinal);
        File.WriteAllText(folder.File("preprocessor_config.json"), """{ "size": 32, "crop_size": 32, "image_mean": [0.5, 0.5, 0.5] }""");
        Assert.Equal([0.5, 0.5, 0.5], ClipImageProcessor.Beside(folder.File("model.safetensors"), Small.VisionConfig).Config.ImageMean);
        Assert.Equal(config.ImageMean, ClipImageProcessor.Beside(folder.File("elsewhere/model.safetensors"), Small.VisionConfig).Config.ImageMean);
        File.WriteAllText(folder.File("preprocessor_config.json"), """{ "size": 224, "crop_size": 224, "resample": 2 }""");
        Assert.Equal(ClipImageSize.ShortestEdge(224), ClipImageProcessor.FromPretrained(folder.Path).Config.Size);
        File.WriteAllText(folder.File("preprocessor_config.json"), """{ "size": "large" }""");
        Assert.Contains("large", Assert.Throws<Workbench.Weights.WeightsException>(() => ClipImageProcessor.FromPretrained(folder.Path)).Message, StringComparison.Ordinal);
    }
}
