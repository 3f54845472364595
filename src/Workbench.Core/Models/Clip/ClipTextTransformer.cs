using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Workbench.Models.Clip;

/// <summary>Token and position embeddings, causal transformer, final layer norm, pooling at the end-of-text token.</summary>
internal sealed class ClipTextTransformer : NamedModule<Tensor, Tensor?, Tensor?, ClipTextOutput>
{
    private const int LegacyEosTokenId = 2;
    private readonly ClipTextConfig config;
    private readonly ClipTextEmbeddings embeddings;
    private readonly ClipEncoder encoder;
    private readonly LayerNorm finalNorm;

    public ClipTextTransformer(ClipTextConfig config) : base(nameof(ClipTextTransformer))
    {
        config.Validate();
        this.config = config;
        register_module("embeddings", embeddings = new ClipTextEmbeddings(config));
        register_module("encoder", encoder = new ClipEncoder(ClipEncoderShape.Of(config)));
        register_module("final_layer_norm", finalNorm = nn.LayerNorm(config.HiddenSize, config.LayerNormEps));
    }

    public Embedding TokenEmbedding => embeddings.Tokens;

    /// <param name="ids">[B, T] int64.</param>
    /// <param name="attentionMask">[B, T], 1 = attend, 0 = do not; null attends to every earlier token.</param>
    /// <param name="tokenEmbeddings">[B, T, D] in place of the embedding table's rows; null looks <paramref name="ids"/> up.</param>
    public override ClipTextOutput forward(Tensor ids, Tensor? attentionMask, Tensor? tokenEmbeddings)
    {
        var x = embeddings.call(ids, tokenEmbeddings);
        var states = encoder.call(x, CausalBias(x, attentionMask));
        var last = finalNorm.call(states[^1]);
        return new ClipTextOutput(last, Pool(last, ids), states);
    }

    public Tensor FinalNorm(Tensor hidden) => finalNorm.call(hidden);

    /// <summary>0 where a token may attend, very negative where not: [1 or B, 1, T, T] in the dtype and on the device of x.</summary>
    private static Tensor CausalBias(Tensor x, Tensor? attentionMask)
    {
        var length = x.shape[1];
        var blocked = ones([length, length], dtype: ScalarType.Bool, device: x.device).triu(1).view(1, 1, length, length);
        if (attentionMask is not null)
            blocked = blocked.logical_or(attentionMask.to(x.device).eq(0).view(-1, 1, 1, length));
        // Finite, so that a row that may attend to nothing gives equal weights and not NaN.
        var lowest = x.dtype == ScalarType.Float16 ? -65504.0 : -1e38;
        return zeros(blocked.shape, dtype: x.dtype, device: x.device).masked_fill(blocked, lowest);
    }

    private Tensor Pool(Tensor last, Tensor ids)
    {
        var isEnd = config.EosTokenId is null or LegacyEosTokenId
            ? ids.eq(ids.amax([-1], keepdim: true))
            : ids.eq(config.EosTokenId.Value);
        // The first hit is as far in as there are positions without a hit so far; a row without a hit pools at 0, as in transformers.
        var position = isEnd.to(ScalarType.Int64).cumsum(-1).eq(0).sum(-1).remainder(ids.shape[1]);
        return last.gather(1, position.view(-1, 1, 1).expand(-1, 1, last.shape[2])).squeeze(1);
    }
}

/// <summary>Token embeddings plus learned positions.</summary>
internal sealed class ClipTextEmbeddings : NamedModule<Tensor, Tensor?, Tensor>
{
    private readonly Embedding positions;

    public ClipTextEmbeddings(ClipTextConfig config) : base(nameof(ClipTextEmbeddings))
    {
        register_module("token_embedding", Tokens = nn.Embedding(config.VocabSize, config.HiddenSize));
        register_module("position_embedding", positions = nn.Embedding(config.MaxPositionEmbeddings, config.HiddenSize));
    }

    public Embedding Tokens { get; }

    public override Tensor forward(Tensor ids, Tensor? tokenEmbeddings)
    {
        if (ids.dim() != 2) throw new ArgumentException($"Expected token ids of shape [batch, length], got [{string.Join(", ", ids.shape)}].", nameof(ids));
        long length = ids.shape[1], limit = positions.weight!.shape[0];
        if (length > limit) throw new ArgumentException($"A prompt of {length} tokens is longer than this text encoder's {limit}.", nameof(ids));
        return (tokenEmbeddings ?? Tokens.call(ids)) + positions.weight.narrow(0, 0, length);
    }
}
