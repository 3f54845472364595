using TorchSharp;
using static TorchSharp.torch;

namespace Workbench.Metrics;

/// <summary>The arithmetic of <see cref="ClipIqa"/> and its kin (Wang, Chan, Loy 2023): how much nearer a picture lies to a good prompt than to a bad one.</summary>
public static class ClipPromptPairs
{
    /// <summary>Scaled cosines of every picture with every prompt.</summary>
    /// <param name="imageEmbeds">[N, D] float, not normalised.</param>
    /// <param name="textEmbeds">[K, 2, D] float, not normalised: K pairs of (positive, negative) prompts.</param>
    /// <param name="logitScale">Factor on the cosine; CLIP's trained value is 100.</param>
    /// <returns>[N, K, 2].</returns>
    public static Tensor Logits(Tensor imageEmbeds, Tensor textEmbeds, double logitScale = 100)
    {
        var images = Normalize(imageEmbeds);
        var texts = Normalize(textEmbeds).reshape(-1, textEmbeds.shape[^1]);
        return logitScale * images.matmul(texts.t()).view(imageEmbeds.shape[0], textEmbeds.shape[0], 2);
    }

    /// <summary>Probability of the positive prompt of each pair.</summary>
    /// <param name="imageEmbeds">[N, D] float, not normalised.</param>
    /// <param name="textEmbeds">[K, 2, D] float, not normalised.</param>
    /// <param name="logitScale">Factor on the cosine.</param>
    /// <returns>[N, K] in [0,1].</returns>
    public static Tensor Probabilities(Tensor imageEmbeds, Tensor textEmbeds, double logitScale = 100) =>
        Logits(imageEmbeds, textEmbeds, logitScale).softmax(-1).select(-1, 0);

    internal static Tensor Normalize(Tensor embeds) => embeds / embeds.norm(-1, keepdim: true, p: 2);
}
