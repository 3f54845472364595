using TorchSharp;
using Workbench.Imaging;
using Workbench.Models.Clip;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Metrics;

/// <summary>A perceptual distance from CLIP's vision encoder: a stand-in for <see cref="Lpips"/> where its weights are not at hand; 0 for equal pictures.</summary>
/// <remarks>
/// LPIPS's form (Zhang et al. 2018, equation 1) over other features: the patch tokens of every layer, scaled to unit length; squared
/// differences are averaged over patches and layers. Nothing is fitted to human judgements, so that numbers do not compare with LPIPS.
/// </remarks>
/// <param name="model">CLIP; stays the caller's.</param>
/// <param name="processor">Resizing and normalising; by default CLIP's own for the model's picture size.</param>
public sealed class ClipFeatureDistance(ClipModel model, ClipImageProcessor? processor = null) : IMetric
{
    private const int PicturesAtOnce = 16;
    private const double Epsilon = 1e-10;
    private readonly ClipImageProcessor processor = processor ?? ClipImageProcessor.For(model.Config.VisionConfig);

    /// <inheritdoc/>
    public string Name => "CLIP feature distance";

    /// <inheritdoc/>
    public MetricDirection Direction => MetricDirection.LowerIsBetter;

    /// <inheritdoc/>
    public MetricKind Kind => MetricKind.FullReference;

    /// <inheritdoc/>
    public (double Low, double High) Range => (0, 4);

    /// <inheritdoc/>
    public string Fingerprint => $"{Name} {Tensors.Fingerprint.Of(model)[..16]} {System.Text.Json.JsonSerializer.Serialize(processor.Config)}";

    /// <inheritdoc/>
    public IReadOnlyList<double> Score(ImageBatch images, ImageBatch? references = null)
    {
        var originals = References.Paired(this, images, references);
        using var guard = no_grad();
        return [.. Enumerable.Range(0, images.Count).Chunk(PicturesAtOnce).SelectMany(part => TensorScope.Value(() => Distances(
            images.Unit.narrow(0, part[0], part.Length), originals.Unit.narrow(0, part[0], part.Length)).to(ScalarType.Float64, torch.CPU).data<double>().ToArray()))];
    }

    /// <summary>Mean distance of pairs; differentiable.</summary>
    /// <param name="a">[N, 3, H, W] float32, pixels in [-1,1].</param>
    /// <param name="b">The same shape and range.</param>
    /// <returns>A scalar.</returns>
    public Tensor Between(Tensor a, Tensor b) => Distances((a + 1) / 2, (b + 1) / 2).mean();

    /// <summary>[N], from pixels in [0,1].</summary>
    private Tensor Distances(Tensor a, Tensor b)
    {
        IReadOnlyList<Tensor> first = Features(a), second = Features(b);
        return stack([.. first.Select((x, i) => (x - second[i]).square().sum(-1).mean([1]))]).mean([0]).to(ScalarType.Float32);
    }

    /// <summary>Patch tokens of every layer behind the embedding, [N, patches, D], of unit length.</summary>
    private IReadOnlyList<Tensor> Features(Tensor unit)
    {
        var states = model.EncodeImage(processor.Process(unit).to(model.LogitScale.dtype, model.LogitScale.device)).HiddenStates;
        return [.. states.Skip(1).Select(state =>
        {
            var patches = state.narrow(1, 1, state.shape[1] - 1);
            return patches / (patches.square().sum(-1, keepdim: true) + Epsilon).sqrt();
        })];
    }
}
