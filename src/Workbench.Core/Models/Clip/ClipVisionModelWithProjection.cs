using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Workbench.Models.Clip;

/// <summary>A CLIP vision encoder with the projection into the joint space; transformers' <c>CLIPVisionModelWithProjection</c>.</summary>
public sealed class ClipVisionModelWithProjection : NamedModule<Tensor, Tensor>
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

    /// <summary>Loads config.json and model.safetensors of a transformers folder, in evaluation mode.</summary>
    /// <param name="folder">A vision encoder's folder, or a whole CLIP's.</param>
    /// <param name="dtype">Precision to compute in; null means float32.</param>
    /// <param name="device">Device to compute on; null means the CPU.</param>
    /// <exception cref="Workbench.Weights.WeightsException">A file is missing, damaged, or does not fit; names the file.</exception>
    public static ClipVisionModelWithProjection FromPretrained(string folder, ScalarType? dtype = null, Device? device = null) =>
        ClipFolder.Load(() => new ClipVisionModelWithProjection(ClipFolder.VisionConfig(folder)), folder, ClipFolder.VisionKeys, dtype, device);

    /// <summary>Writes config.json and model.safetensors.</summary>
    /// <param name="folder">Created when missing.</param>
    /// <param name="dtype">Precision to store; null keeps the model's.</param>
    public void SavePretrained(string folder, ScalarType? dtype = null) => ClipFolder.Save(this, Config, folder, "CLIPVisionModelWithProjection", "clip_vision_model", dtype);

    /// <summary>Projected pictures [B, P], not normalised; differentiable with respect to the pixels.</summary>
    /// <param name="pixels">[B, 3, S, S], normalised by <see cref="ClipImageProcessor"/>.</param>
    public override Tensor forward(Tensor pixels) => projection.call(Encode(pixels).PooledOutput);

    /// <summary>The states behind the projection.</summary>
    /// <param name="pixels">[B, 3, S, S], normalised.</param>
    public ClipVisionOutput Encode(Tensor pixels) => transformer.call(pixels);
}
