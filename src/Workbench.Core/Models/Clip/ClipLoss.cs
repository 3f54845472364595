using TorchSharp;
using static TorchSharp.torch;

namespace Workbench.Models.Clip;

/// <summary>CLIP's training objective (Radford et al. 2021, figure 3).</summary>
public static class ClipLoss
{
    /// <summary>Symmetric InfoNCE: each picture must find its text among the batch's texts, and each text its picture.</summary>
    /// <param name="imageFeatures">[B, P], not normalised; row i belongs to text i.</param>
    /// <param name="textFeatures">[B, P], not normalised.</param>
    /// <param name="logitScale">Scalar, the logarithm of the factor on the cosines (<see cref="ClipModel.LogitScale"/>).</param>
    /// <returns>A scalar, float32: the mean of the two cross entropies.</returns>
    public static Tensor Contrastive(Tensor imageFeatures, Tensor textFeatures, Tensor logitScale)
    {
        if (imageFeatures.dim() != 2 || !imageFeatures.shape.AsSpan().SequenceEqual(textFeatures.shape))
        {
            throw new ArgumentException("Expected picture and text features of one shape [batch, width], got "
                + $"[{string.Join(", ", imageFeatures.shape)}] and [{string.Join(", ", textFeatures.shape)}].", nameof(textFeatures));
        }
        var images = ClipModel.Normalize(imageFeatures.to(ScalarType.Float32));
        var texts = ClipModel.Normalize(textFeatures.to(ScalarType.Float32));
        var logits = logitScale.to(ScalarType.Float32).exp() * images.matmul(texts.t());        // [B pictures, B texts]
        var target = arange(logits.shape[0], dtype: ScalarType.Int64, device: logits.device);
        return (nn.functional.cross_entropy(logits, target) + nn.functional.cross_entropy(logits.t(), target)) / 2;
    }
}
