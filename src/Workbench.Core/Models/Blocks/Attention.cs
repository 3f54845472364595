using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Workbench.Models.Blocks;

/// <summary>Multi-head attention over tokens, self or cross (Vaswani et al. 2017; diffusers <c>Attention</c>).</summary>
internal sealed class Attention : NamedModule<Tensor, Tensor?, Tensor>
{
    /// <summary>Above this many query-key pairs the fused kernel saves memory; below it plain products are faster on a CPU.</summary>
    private const long FusedFrom = 1 << 20;

    private readonly Linear toQuery, toKey, toValue;
    private readonly ModuleList<Module<Tensor, Tensor>> toOut;
    private readonly long heads;

    public Attention(long queryDim, long? contextDim, long heads, long headDim, bool projectionBias = false) : base(nameof(Attention))
    {
        this.heads = heads;
        var inner = heads * headDim;
        register_module("to_q", toQuery = Linear(queryDim, inner, hasBias: projectionBias));
        register_module("to_k", toKey = Linear(contextDim ?? queryDim, inner, hasBias: projectionBias));
        register_module("to_v", toValue = Linear(contextDim ?? queryDim, inner, hasBias: projectionBias));
        register_module("to_out", toOut = ModuleList<Module<Tensor, Tensor>>(Linear(inner, queryDim)));
    }

    /// <summary>
    /// When set, called with the attention probabilities [B, heads, N, M] of every forward pass; gradients flow through them. They are freed with
    /// the layer's other states: who wants to keep them detaches them from their scope, and disposes them.
    /// </summary>
    public Action<Tensor>? ProbabilitiesObserver { get; set; }

    /// <summary>Tokens [B, N, D] attend to the context [B, M, C] (null: to themselves) → [B, N, D].</summary>
    public override Tensor forward(Tensor x, Tensor? context)
    {
        var source = context ?? x;
        var (q, k, v) = (Split(toQuery.forward(x)), Split(toKey.forward(source)), Split(toValue.forward(source)));
        var attended = ProbabilitiesObserver is null ? Attend(q, k, v) : Plain(q, k, v, ProbabilitiesObserver);
        var merged = attended.transpose(1, 2).reshape(x.shape[0], x.shape[1], -1);
        return toOut[0].forward(merged);
    }

    /// <summary>softmax(qkᵀ/√d)·v of queries [B, heads, N, d] and keys and values [B, heads, M, d].</summary>
    internal static Tensor Attend(Tensor q, Tensor k, Tensor v) =>
        q.shape[^2] * k.shape[^2] < FusedFrom ? Plain(q, k, v) : functional.scaled_dot_product_attention(q, k, v);

    private static Tensor Plain(Tensor q, Tensor k, Tensor v, Action<Tensor>? observer = null)
    {
        // Products of Stable Diffusion 2's queries and keys run to tens of thousands, where float16 counts in thirty-twos.
        var isHalf = q.dtype is ScalarType.Float16;
        var logits = ((isHalf ? q.to(ScalarType.Float32) : q) * (1 / Math.Sqrt(q.shape[^1]))).matmul((isHalf ? k.to(ScalarType.Float32) : k).transpose(-2, -1));
        var probabilities = functional.softmax(logits, -1).to(v.dtype);
        observer?.Invoke(probabilities);
        return probabilities.matmul(v);
    }

    private Tensor Split(Tensor t) => t.reshape(t.shape[0], t.shape[1], heads, -1).transpose(1, 2); // [B, heads, N, d]
}
