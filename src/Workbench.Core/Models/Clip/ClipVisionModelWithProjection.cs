using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Workbench.Models.Clip;

/// <summary>A CLIP vision encoder with the projection into the joint space; transformers' <c>CLIPVisionModelWithProjection</c>.</summary>
public sealed class ClipVisionModelWithProjection : nn.Module<Tensor, Tensor>
{
    private readonly ClipVisionTransformer transformer;
    private readonly Linear projection;

    /// <summary>A vision encoder with untrained weights.</summary>
    public ClipVisionModelWithProjection(ClipVisionConfig config) : base(nameof(ClipVisionModelWithProjection))
    {
        Config = config;
        register_module("vision_model", transformer = new ClipVisionTransformer(config));
        register_module("visual_projection", projection = nn.Linear(config.HiddenSize, config.ProjectionDim, hasBias: false));
    }

    /// <summary>The shape of this encoder.</summary>
    public ClipVisionConfig Config { get; }

    /// <summary>Projected pictures [B, P], not normalised; differentiable with respect to the pixels.</summary>
    /// <param name="pixels">[B, 3, S, S], normalised by <see cref="ClipImageProcessor"/>.</param>
    public override Tensor forward(Tensor pixels) => projection.call(Encode(pixels).PooledOutput);

    /// <summary>The states behind the projection.</summary>
    /// <param name="pixels">[B, 3, S, S], normalised.</param>
    public ClipVisionOutput Encode(Tensor pixels) => transformer.call(pixels);
}
