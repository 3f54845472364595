using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Workbench.Models.Clip;

/// <summary>CLIP's vision transformer without projection; transformers' <c>CLIPVisionModel</c>.</summary>
public sealed class ClipVisionModel : NamedModule<Tensor, ClipVisionOutput>
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

    /// <summary>Loads config.json and model.safetensors of a transformers folder, in evaluation mode.</summary>
    /// <param name="folder">A vision encoder's folder, or a whole CLIP's.</param>
    /// <param name="dtype">Precision to compute in; null means float32.</param>
    /// <param name="device">Device to compute on; null means the CPU.</param>
    /// <exception cref="Workbench.Weights.WeightsException">A file is missing, damaged, or does not fit; names the file.</exception>
    public static ClipVisionModel FromPretrained(string folder, ScalarType? dtype = null, Device? device = null) =>
        ClipFolder.Load(() => new ClipVisionModel(ClipFolder.VisionConfig(folder)), folder, ClipFolder.VisionKeys.Then(Weights.KeyMap.Drop("visual_projection.*")), dtype, device);

    /// <summary>Writes config.json and model.safetensors.</summary>
    /// <param name="folder">Created when missing.</param>
    /// <param name="dtype">Precision to store; null keeps the model's.</param>
    public void SavePretrained(string folder, ScalarType? dtype = null) => ClipFolder.Save(this, Config, folder, "CLIPVisionModel", "clip_vision_model", dtype);

    /// <summary>Encodes pictures; differentiable with respect to the pixels.</summary>
    /// <param name="pixels">[B, 3, S, S], normalised by <see cref="ClipImageProcessor"/>.</param>
    public override ClipVisionOutput forward(Tensor pixels) => transformer.call(pixels);
}
