using TorchSharp;
using Workbench.Imaging;
using Workbench.Models.Clip;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Metrics;

/// <summary>Pictures and prompts into CLIP's common space: what every CLIP-based metric and probe starts from.</summary>
/// <param name="model">Text and vision encoder.</param>
/// <param name="tokenizer">The tokenizer of the text encoder.</param>
/// <param name="processor">Resizing and normalising; by default CLIP's own for the model's picture size.</param>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public sealed class ClipEmbedder(ClipModel model, ClipTokenizer tokenizer, ClipImageProcessor? processor = null)
{
    private const int PicturesAtOnce = 64;
    private readonly ClipImageProcessor processor = processor ?? ClipImageProcessor.For(model.Config.VisionConfig);

    /// <summary>The factor on cosines that the model was trained with, exp(logit_scale); 100 for OpenAI's models.</summary>
    public double LogitScale => TensorScope.Value(() => Math.Exp(model.LogitScale.to(ScalarType.Float64).item<double>()));

    /// <summary>Fingerprint of the model's weights, for results that must not mix.</summary>
    public string ModelFingerprint => Fingerprint.Of(model);

    /// <summary>Projected pictures.</summary>
    /// <returns>[N, P] float32, CPU, not normalised.</returns>
    public Tensor Images(ImageBatch images) => TensorScope.Inference(() =>
    {
        var parts = new List<Tensor>();
        for (var start = 0; start < images.Count; start += PicturesAtOnce)
        {
            var count = Math.Min(PicturesAtOnce, images.Count - start);
            // Only the features of a part survive its scope.
            parts.Add(TensorScope.Run(() => model.GetImageFeatures(ToModel(processor.Process(images.Unit.narrow(0, start, count)))).to(ScalarType.Float32, torch.CPU)));
        }
        return cat(parts, 0);
    });

    /// <summary>Projected prompts.</summary>
    /// <returns>[M, P] float32, CPU, not normalised.</returns>
    public Tensor Texts(params IReadOnlyList<string> prompts) => TensorScope.Inference(() =>
        model.GetTextFeatures(tokenizer.Encode(prompts).to(model.LogitScale.device)).to(ScalarType.Float32, torch.CPU));

    /// <summary>Projected pictures, differentiable with respect to the pixels.</summary>
    /// <param name="unitPixels">[N, 3, H, W] float, pixels in [0,1].</param>
    /// <returns>[N, P], not normalised, in the model's dtype and on its device.</returns>
    public Tensor Differentiable(Tensor unitPixels) => model.GetImageFeatures(ToModel(processor.Process(unitPixels)));

    private Tensor ToModel(Tensor pixels) => pixels.to(model.LogitScale.dtype, model.LogitScale.device);
}
