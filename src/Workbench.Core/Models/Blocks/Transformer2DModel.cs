using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Workbench.Models.Blocks;

/// <summary>Spatial transformer: pixels become tokens, pass transformer blocks with cross-attention, and become pixels again.</summary>
/// <remarks>Rombach et al. 2022; diffusers <c>Transformer2DModel</c>. The input norm has eps 1e-6.</remarks>
internal sealed class Transformer2DModel : NamedModule<Tensor, Tensor, Tensor>
{
    private readonly GroupNorm norm;
    private readonly Module<Tensor, Tensor> projIn, projOut;
    private readonly ModuleList<BasicTransformerBlock> blocks;
    private readonly bool linear;

    public Transformer2DModel(long channels, long heads, long layers, long contextDim, long groups, bool useLinearProjection, bool onlyCrossAttention)
        : base(nameof(Transformer2DModel))
    {
        if (channels % heads != 0)
            throw new ArgumentException($"attention_head_dim (number of heads) {heads} does not divide {channels} channels.", nameof(heads));
        linear = useLinearProjection;
        register_module("norm", norm = Norms.Group(groups, channels, 1e-6));
        register_module("proj_in", projIn = Projection(channels));
        register_module("transformer_blocks", blocks = ModuleList(
            [.. Enumerable.Range(0, (int)layers).Select(_ => new BasicTransformerBlock(channels, heads, channels / heads, contextDim, onlyCrossAttention))]));
        register_module("proj_out", projOut = Projection(channels));
    }

    /// <summary>[B, C, H, W] and text states [B, T, contextDim] → [B, C, H, W].</summary>
    public override Tensor forward(Tensor x, Tensor context)
    {
        var (batch, channels, height, width) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        var h = norm.forward(x);
        if (!linear) h = projIn.forward(h);
        h = h.flatten(2).transpose(1, 2); // [B, HW, C]
        if (linear) h = projIn.forward(h);
        foreach (var block in blocks) h = block.forward(h, context);
        if (linear) h = projOut.forward(h);
        h = h.transpose(1, 2).reshape(batch, channels, height, width);
        if (!linear) h = projOut.forward(h);
        return h + x;
    }

    private Module<Tensor, Tensor> Projection(long channels) => linear ? Linear(channels, channels) : new Conv2d(channels, channels, 1);
}

/// <summary>Self-attention, cross-attention and gated feed-forward, each behind a layer norm and a residual.</summary>
internal sealed class BasicTransformerBlock : NamedModule<Tensor, Tensor, Tensor>
{
    private readonly LayerNorm norm1, norm2, norm3;
    private readonly Attention attn1, attn2;
    private readonly FeedForward feedForward;
    private readonly bool onlyCross;

    public BasicTransformerBlock(long dim, long heads, long headDim, long contextDim, bool onlyCrossAttention) : base(nameof(BasicTransformerBlock))
    {
        onlyCross = onlyCrossAttention;
        register_module("norm1", norm1 = LayerNorm(dim));
        register_module("attn1", attn1 = new Attention(dim, onlyCross ? contextDim : null, heads, headDim));
        register_module("norm2", norm2 = LayerNorm(dim));
        register_module("attn2", attn2 = new Attention(dim, contextDim, heads, headDim));
        register_module("norm3", norm3 = LayerNorm(dim));
        register_module("ff", feedForward = new FeedForward(dim));
    }

    /// <summary>The text cross-attention, for analyses and attacks on its maps.</summary>
    public Attention CrossAttention => attn2;

    public override Tensor forward(Tensor x, Tensor context)
    {
        x = x + attn1.forward(norm1.forward(x), onlyCross ? context : null);
        x = x + attn2.forward(norm2.forward(x), context);
        return x + feedForward.forward(norm3.forward(x));
    }
}

/// <summary>GEGLU feed-forward of width 4 (Shazeer 2020).</summary>
internal sealed class FeedForward : NamedModule<Tensor, Tensor>
{
    private readonly ModuleList<Module<Tensor, Tensor>> net;

    public FeedForward(long dim) : base(nameof(FeedForward)) =>
        register_module("net", net = ModuleList<Module<Tensor, Tensor>>(new GegluProjection(dim, dim * 4), torch.nn.Identity(), Linear(dim * 4, dim)));

    public override Tensor forward(Tensor x) => net[2].forward(net[0].forward(x));
}

/// <summary>Linear projection to twice the width; one half gates the other by exact GELU.</summary>
internal sealed class GegluProjection : NamedModule<Tensor, Tensor>
{
    private readonly Linear proj;

    public GegluProjection(long dim, long width) : base(nameof(GegluProjection)) => register_module("proj", proj = Linear(dim, width * 2));

    public override Tensor forward(Tensor x)
    {
        var halves = proj.forward(x).chunk(2, -1);
        return halves[0] * functional.gelu(halves[1]);
    }
}
