using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Workbench.Models.Clip;

/// <summary>One pre-norm transformer layer: attention and feed-forward, each with a residual.</summary>
internal sealed class ClipEncoderLayer : NamedModule<Tensor, Tensor?, Tensor>
{
    private readonly LayerNorm norm1, norm2;
    private readonly ClipAttention attention;
    private readonly ClipMlp mlp;

    public ClipEncoderLayer(ClipEncoderShape shape) : base(nameof(ClipEncoderLayer))
    {
        register_module("self_attn", attention = new ClipAttention(shape.Width, shape.Heads, shape.AttentionDropout));
        register_module("layer_norm1", norm1 = nn.LayerNorm(shape.Width, shape.LayerNormEps));
        register_module("mlp", mlp = new ClipMlp(shape.Width, shape.Intermediate, shape.Activation));
        register_module("layer_norm2", norm2 = nn.LayerNorm(shape.Width, shape.LayerNormEps));
    }

    public override Tensor forward(Tensor x, Tensor? bias)
    {
        var h = x + attention.call(norm1.call(x), bias);
        return h + mlp.call(norm2.call(h));
    }
}

/// <summary>What a text and a vision encoder have in common.</summary>
internal sealed record ClipEncoderShape(
    int Width, int Intermediate, int Layers, int Heads, ClipActivation Activation, double LayerNormEps, double AttentionDropout)
{
    public static ClipEncoderShape Of(ClipTextConfig c) =>
        new(c.HiddenSize, c.IntermediateSize, c.NumHiddenLayers, c.NumAttentionHeads, c.HiddenAct, c.LayerNormEps, c.AttentionDropout);

    public static ClipEncoderShape Of(ClipVisionConfig c) =>
        new(c.HiddenSize, c.IntermediateSize, c.NumHiddenLayers, c.NumAttentionHeads, c.HiddenAct, c.LayerNormEps, c.AttentionDropout);
}

/// <summary>The feed-forward block.</summary>
internal sealed class ClipMlp : NamedModule<Tensor, Tensor>
{
    private readonly ClipActivation activation;
    private readonly Linear first, second;

    public ClipMlp(int width, int intermediate, ClipActivation activation) : base(nameof(ClipMlp))
    {
        this.activation = activation;
        register_module("fc1", first = nn.Linear(width, intermediate));
        register_module("fc2", second = nn.Linear(intermediate, width));
    }

    public override Tensor forward(Tensor x) => second.call(activation.Apply(first.call(x)));
}
