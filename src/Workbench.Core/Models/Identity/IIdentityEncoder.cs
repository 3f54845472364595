using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Models.Identity;

/// <summary>Turns portraits into identity embeddings: the seam behind which ArcFace, VGG-Face or the mini world's own encoder stands.</summary>
public interface IIdentityEncoder
{
    /// <summary>Embeds portraits.</summary>
    /// <param name="signedPixels">[N, 3, H, W], float32, in [-1,1].</param>
    /// <returns>[N, D], L2-normalised, so that a dot product is a cosine.</returns>
    Tensor Embed(Tensor signedPixels);

    /// <summary>Tells scores by other weights apart; empty where there are none.</summary>
    string WeightsFingerprint => this is nn.Module network ? Fingerprint.Of(network)[..16] : "";
}
