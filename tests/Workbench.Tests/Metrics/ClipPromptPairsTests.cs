using TorchSharp;
using Workbench.Metrics;
using Workbench.Tests.Goldens;
using Xunit;

namespace Workbench.Tests.Metrics;

public class ClipPromptPairsTests
{
    [Theory]
    [MemberData(nameof(GoldenCase.All), "metrics_clip_iqa", MemberType = typeof(GoldenCase))]
    public void Prompt_pair_probabilities_agree_with_the_reference(GoldenCase golden)
    {
        using var scope = torch.NewDisposeScope();
        var (images, texts) = (golden.Io["image_embeds"], golden.Io["text_embeds"]);
        GoldenAssert.Close(ClipPromptPairs.Logits(images, texts), golden.Io["logits"], 1e-4, "logits");
        GoldenAssert.Close(ClipPromptPairs.Probabilities(images, texts), golden.Io["probabilities"], 1e-4, "probabilities");
        GoldenAssert.Close(ClipPromptPairs.Probabilities(images, texts, 5), golden.Io["probabilities_scale5"], 1e-4, "probabilities at scale 5");
    }
}
