using TorchSharp;
using Workbench.Metrics;
using Workbench.Models.Clip;
using Workbench.Tensors;
using Workbench.Tests.Metrics.Faces;
using Workbench.Tests.Purification;
using Workbench.Weights;

namespace Workbench.Tests.Metrics;

/// <summary>The smallest files of every role in <see cref="MetricSources"/>.</summary>
internal static class TinyMetricFiles
{
    /// <summary>Writes a file of every role into a folder.</summary>
    public static MetricSources Write(TemporaryFolder folder)
    {
        File.WriteAllBytes(folder.File("arcface.onnx"), TinyOnnx.Mean([1, 3, 112, 112], 2, 3, 3));
        File.WriteAllBytes(folder.File("vggface.onnx"), TinyOnnx.Mean([1, 224, 224, 3], 1, 2, 3));
        WriteDetector(folder, 0.9f);
        BrisqueTests.WriteModel(folder, "[ " + string.Join(", ", Enumerable.Repeat("0.5", 36)) + " ]", "2.0e+01");
        foreach (var kind in new[] { "model", "range" }) File.Move(folder.File($"{kind}.yml"), folder.File($"brisque_{kind}_live.yml"), overwrite: true);
        var (trunk, linear) = FormulaWeights.WriteTorchvisionAndLinear(Goldens.GoldenCase.Named("metrics_lpips_alex").File("weights_formula.json"), folder);
        new ClipVocabularyBuilder().AddText($"{string.Join(' ', LiqeOptions.Published.Prompts())} good bad face Good Bad").Build().Save(folder.File("clip"), maxLength: 77);
        var vocabulary = ClipTokenizer.FromFolder(folder.File("clip")).VocabularySize;
        using (var clip = Clip(vocabulary)) clip.SavePretrained(folder.File("clip"));
        return new MetricSources
        {
            Clip = folder.File("clip"),
            ArcFace = folder.File("arcface.onnx"), VggFace = folder.File("vggface.onnx"), FaceDetector = folder.File("detector.onnx"), Brisque = folder.Path,
            LpipsAlex = new LpipsFiles(trunk, linear), Liqe = WriteLiqe(folder, "liqe.safetensors", vocabulary),
        };
    }

    /// <summary>One box in the middle of every picture, with a confidence that is the same for all.</summary>
    public static void WriteDetector(TemporaryFolder folder, float confidence) => File.WriteAllBytes(folder.File("detector.onnx"), LinearOnnx.Network(
        [1, 3, 240, 320], new([1, 1, 2], new float[6], [1 - confidence, confidence]), new([1, 1, 4], new float[12], [0.1f, 0.1f, 0.9f, 0.9f])));

    public static string WriteLiqe(TemporaryFolder folder, string name, int vocabulary)
    {
        using var scope = torch.NewDisposeScope();
        using var model = Clip(vocabulary);
        SafetensorsWriter.Write(folder.File(name), LiqeTests.OpenAi(model, ""), null, null);
        return folder.File(name);
    }

    /// <summary>The shape that <see cref="LiqeTests.OpenAi"/> writes: a text tower of two layers, a vision tower of one.</summary>
    private static ClipModel Clip(int vocabulary) => ClipModel.Create(
        new ClipConfig
        {
            ProjectionDim = 24,
            TextConfig = new ClipTextConfig
            {
                VocabSize = vocabulary, HiddenSize = 64, IntermediateSize = 32, NumHiddenLayers = 2, NumAttentionHeads = 1, MaxPositionEmbeddings = 77,
                BosTokenId = vocabulary - 2, EosTokenId = vocabulary - 1,
            },
            VisionConfig = new ClipVisionConfig { HiddenSize = 64, IntermediateSize = 48, NumHiddenLayers = 1, NumAttentionHeads = 1, ImageSize = 16, PatchSize = 8 },
        },
        new Seed(7));
}
