using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Workbench.Models.Clip;

/// <summary>CLIP's vision transformer without projection; transformers' <c>CLIPVisionModel</c>.</summary>
public sealed class ClipVisionModel : nn.Module<Tensor, ClipVisionOutput>
{
    private readonly ClipVisionTransformer transformer;

    /// <summary>A vision encoder with untrained weights.</summary>
    public ClipVisionModel(ClipVisionConfig config) : base(nameof(ClipVisionModel))
    {
        Config = config;
        register_module("vision_model", transformer = new ClipVisionTransformer(config));
    }

    /// <summary>The shape of this encoder.</summary>
    public ClipVisionConfig Config { get; }

    /// <summary>Encodes pictures; differentiable with respect to the pixels.</summary>
    /// <param name="pixels">[B, 3, S, S], normalised by <see cref="ClipImageProcessor"/>.</param>
    public override ClipVisionOutput forward(Tensor pixels) => transformer.call(pixels);
}
