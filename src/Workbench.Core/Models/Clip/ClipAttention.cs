using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Workbench.Models.Clip;

/// <summary>Multi-head self-attention as matmul, softmax, matmul; dtype-agnostic and differentiable.</summary>
internal sealed class ClipAttention : NamedModule<Tensor, Tensor?, Tensor>
{
    private readonly int heads;
    private readonly double dropout;
    private readonly Linear query, key, value, output;

    public ClipAttention(int width, int heads, double dropout) : base(nameof(ClipAttention))
    {
        (this.heads, this.dropout) = (heads, dropout);
        register_module("k_proj", key = nn.Linear(width, width));
        register_module("v_proj", value = nn.Linear(width, width));
        register_module("q_proj", query = nn.Linear(width, width));
        register_module("out_proj", output = nn.Linear(width, width));
    }

    /// <param name="x">[B, T, D].</param>
    /// <param name="bias">Added to the scores, broadcast to [B, heads, T, T]; null for none.</param>
    public override Tensor forward(Tensor x, Tensor? bias)
    {
        long batch = x.shape[0], length = x.shape[1], width = x.shape[2];
        var scale = 1 / Math.Sqrt(width / (double)heads);
        var q = Split(query.call(x) * scale);
        var scores = q.matmul(Split(key.call(x)).transpose(-2, -1));                 // [B, heads, T, T]
        if (bias is not null) scores = scores + bias;
        var weights = nn.functional.softmax(scores, -1);
        if (dropout > 0 && training) weights = nn.functional.dropout(weights, dropout, training: true);
        var mixed = weights.matmul(Split(value.call(x)));                            // [B, heads, T, D/heads]
        return output.call(mixed.transpose(1, 2).reshape(batch, length, width));

        Tensor Split(Tensor t) => t.view(batch, length, heads, width / heads).transpose(1, 2);
    }
}
