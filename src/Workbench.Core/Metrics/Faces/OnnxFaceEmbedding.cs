using TorchSharp;
using Workbench.Models.Identity;
using Workbench.Models.Onnx;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Metrics.Faces;

/// <summary>A face embedding from an ONNX file of the user's own: ArcFace, VGG-Face and the like, for the paper's IMS.</summary>
/// <remarks>The project ships no such network: the published ones are trained on photos of real people and have licences of their own.</remarks>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public sealed class OnnxFaceEmbedding : IIdentityEncoder, IDisposable
{
    private readonly OnnxNetwork network;
    private readonly OnnxFaceEmbeddingOptions options;

    /// <summary>Opens the file.</summary>
    /// <param name="path">An ONNX file with one input and, first of its outputs, the embedding.</param>
    /// <param name="options">What it expects; null for <see cref="OnnxFaceEmbeddingOptions.ArcFace"/>.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public OnnxFaceEmbedding(string path, OnnxFaceEmbeddingOptions? options = null)
    {
        this.options = options ?? OnnxFaceEmbeddingOptions.ArcFace;
        network = new OnnxNetwork(path);
        WeightsFingerprint = Fingerprint.OfFile(path)[..16];
    }

    /// <inheritdoc/>
    public string WeightsFingerprint { get; }

    /// <inheritdoc/>
    public Tensor Embed(Tensor signedPixels) => TensorScope.Inference(() =>
    {
        var levels = (signedPixels.to(ScalarType.Float32, torch.CPU) + 1) * 127.5;
        if (levels.shape[^1] != options.Size || levels.shape[^2] != options.Size)
            levels = nn.functional.interpolate(levels, [options.Size, options.Size], mode: InterpolationMode.Bilinear, align_corners: false);
        if (options.IsBgr) levels = levels.flip(1);
        var input = (levels - options.Mean) * options.Scale;
        if (options.IsChannelsLast) input = input.permute(0, 2, 3, 1);
        var rows = Enumerable.Range(0, (int)input.shape[0]).Select(i => One(input.narrow(0, i, 1)));
        return ClipPromptPairs.Normalize(stack([.. rows]));
    });

    /// <inheritdoc/>
    public void Dispose() => network.Dispose();

    private Tensor One(Tensor picture) => tensor(network.Run(picture.contiguous().data<float>().ToArray(), picture.shape)[0].Values);
}
