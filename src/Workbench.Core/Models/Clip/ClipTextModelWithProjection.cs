using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Workbench.Models.Clip;

/// <summary>A CLIP text encoder with the projection into the joint space; transformers' <c>CLIPTextModelWithProjection</c>.</summary>
public sealed class ClipTextModelWithProjection : nn.Module<Tensor, Tensor>
{
    private readonly ClipTextTransformer transformer;
    private readonly Linear projection;

    /// <summary>A text encoder with untrained weights.</summary>
    public ClipTextModelWithProjection(ClipTextConfig config) : base(nameof(ClipTextModelWithProjection))
    {
        Config = config;
        register_module("text_model", transformer = new ClipTextTransformer(config));
        register_module("text_projection", projection = nn.Linear(config.HiddenSize, config.ProjectionDim, hasBias: false));
    }

    /// <summary>The shape of this encoder.</summary>
    public ClipTextConfig Config { get; }

    /// <summary>Projected prompts [B, P], not normalised.</summary>
    /// <param name="ids">Token ids [B, T], int64.</param>
    public override Tensor forward(Tensor ids) => projection.call(Encode(ids).PooledOutput);

    /// <summary>The states behind the projection.</summary>
    /// <param name="ids">Token ids [B, T], int64.</param>
    /// <param name="attentionMask">[B, T], 1 = attend, 0 = do not; null attends to every earlier token.</param>
    public ClipTextOutput Encode(Tensor ids, Tensor? attentionMask = null) => transformer.call(ids, attentionMask, null);
}
