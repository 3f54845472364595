using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Workbench.Models.Clip;

/// <summary>The stack of transformer layers; hands out the state before the first and after every layer.</summary>
internal sealed class ClipEncoder : NamedModule<Tensor, Tensor?, IReadOnlyList<Tensor>>
{
    private readonly ModuleList<ClipEncoderLayer> layers;

    public ClipEncoder(ClipEncoderShape shape) : base(nameof(ClipEncoder)) =>
        register_module("layers", layers = new ModuleList<ClipEncoderLayer>(
            [.. Enumerable.Range(0, shape.Layers).Select(_ => new ClipEncoderLayer(shape))]));

    /// <param name="x">Embeddings [B, T, D].</param>
    /// <param name="bias">Added to attention scores, broadcast to [B, heads, T, T]; null for none.</param>
    public override IReadOnlyList<Tensor> forward(Tensor x, Tensor? bias)
    {
        var states = new List<Tensor>(layers.Count + 1) { x };
        foreach (var layer in layers) states.Add(layer.call(states[^1], bias));
        return states;
    }
}
