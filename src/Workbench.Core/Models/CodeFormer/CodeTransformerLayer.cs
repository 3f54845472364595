using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Workbench.Models.CodeFormer;

/// <summary>A pre-norm transformer layer; positions are added to queries and keys only.</summary>
internal sealed class CodeTransformerLayer : NamedModule<Tensor, Tensor, Tensor>
{
    private readonly SelfAttention attention;
    private readonly LayerNorm norm1, norm2;
    private readonly Linear linear1, linear2;

    internal CodeTransformerLayer(int width, int heads) : base(nameof(CodeTransformerLayer))
    {
        register_module("self_attn", attention = new SelfAttention(width, heads));
        register_module("linear1", linear1 = Linear(width, width * 2));
        register_module("linear2", linear2 = Linear(width * 2, width));
        register_module("norm1", norm1 = LayerNorm(width));
        register_module("norm2", norm2 = LayerNorm(width));
    }

    /// <summary><paramref name="x"/> is <c>[B, T, D]</c>, <paramref name="positions"/> is <c>[T, D]</c>.</summary>
    public override Tensor forward(Tensor x, Tensor positions)
    {
        var values = norm1.call(x);
        x += attention.call(values + positions, values);
        return x + linear2.call(functional.gelu(linear1.call(norm2.call(x))));
    }

    /// <summary>Multi-head attention with one packed projection, laid out as torch's own.</summary>
    private sealed class SelfAttention : NamedModule<Tensor, Tensor, Tensor>
    {
        private readonly Linear outProj;
        private readonly int heads;

        internal SelfAttention(int width, int heads) : base(nameof(SelfAttention))
        {
            this.heads = heads;
            register_parameter("in_proj_weight", Parameter(init.xavier_uniform_(empty(3 * width, width))));
            register_parameter("in_proj_bias", Parameter(zeros(3 * width)));
            register_module("out_proj", outProj = Linear(width, width));
        }

        public override Tensor forward(Tensor queriesAndKeys, Tensor values)
        {
            // By name: a cast to another precision puts new parameters in the old ones' place, and fields keep the old.
            var (weights, biases) = (get_parameter("in_proj_weight")!.chunk(3, 0), get_parameter("in_proj_bias")!.chunk(3, 0));
            var q = Split(functional.linear(queriesAndKeys, weights[0], biases[0]));      // [B, heads, T, D/heads]
            var k = Split(functional.linear(queriesAndKeys, weights[1], biases[1]));
            var v = Split(functional.linear(values, weights[2], biases[2]));
            var scores = functional.softmax(q.matmul(k.transpose(-2, -1)) / Math.Sqrt(q.size(-1)), -1);
            return outProj.call(scores.matmul(v).transpose(1, 2).reshape(values.shape));
        }

        private Tensor Split(Tensor x) => x.reshape(x.size(0), x.size(1), heads, x.size(2) / heads).transpose(1, 2);
    }
}
