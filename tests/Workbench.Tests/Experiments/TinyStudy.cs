using TorchSharp;
using Workbench.Experiments;
using Workbench.Models.Identity;
using Workbench.Personalization;
using Workbench.Purification;
using Workbench.Tests.Metrics;
using Workbench.Tests.Personalization;
using static TorchSharp.torch;

namespace Workbench.Tests.Experiments;

/// <summary>Untrained models behind the whole chain, so that a scenario takes a second.</summary>
internal static class TinyStudy
{
    public static readonly ScenarioConfig Config = ScenarioConfig.Smoke with
    {
        DreamBooth = DreamBoothConfig.Smoke with { MaxTrainSteps = 2, ClassSampling = SamplingConfig.Smoke with { ImagesPerPrompt = 2, NumInferenceSteps = 2 } },
        Sampling = SamplingConfig.Smoke with { NumInferenceSteps = 2 },
    };

    public static Scenario Clean { get; } = new() { Condition = "clean", Subject = 0, Seed = 1 };

    public static Scenario Protected { get; } = Clean with { Condition = "protected", Perturbation = "aspl", BudgetLevels = 11 };

    public static Scenario Purified { get; } = Protected with { Condition = "protected+purified", Purifier = "jpeg(50)" };

    public static Scenario Decoupled { get; } = Protected with { Condition = "protected+cdl", Decoupling = ContrastiveDecoupling.Paper };

    public static ScenarioModels Models(TemporaryFolder folder) => new(
        TinyModel.Create(), TinyClip.Embedder(folder), new PixelIdentity(), new PurifierSources(),
        (subject, count) => new SubjectPhotos(TinyModel.Photos(count, 10 + (ulong)subject), TinyModel.Photos(count, 20 + (ulong)subject), TinyModel.Photos(count, 30 + (ulong)subject)));

    private sealed class PixelIdentity : IIdentityEncoder
    {
        public Tensor Embed(Tensor signedPixels) => nn.functional.normalize(signedPixels.flatten(1), dim: 1);
    }
}
