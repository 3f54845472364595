using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Workbench.Models.Clip;

/// <summary>A CLIP text encoder with the projection into the joint space; transformers' <c>CLIPTextModelWithProjection</c>.</summary>
public sealed class ClipTextModelWithProjection : NamedModule<Tensor, Tensor>
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

    /// <summary>Loads config.json and model.safetensors of a transformers folder, in evaluation mode.</summary>
    /// <param name="folder">For example <c>text_encoder/</c> of a Stable Diffusion folder; a whole CLIP's folder will do.</param>
    /// <param name="dtype">Precision to compute in; null means float32.</param>
    /// <param name="device">Device to compute on; null means the CPU.</param>
    /// <exception cref="Workbench.Weights.WeightsException">A file is missing, damaged, or does not fit; names the file.</exception>
    public static ClipTextModelWithProjection FromPretrained(string folder, ScalarType? dtype = null, Device? device = null) =>
        ClipFolder.Load(() => new ClipTextModelWithProjection(ClipFolder.TextConfig(folder)), folder, ClipFolder.TextKeys, dtype, device);

    /// <summary>Writes config.json and model.safetensors.</summary>
    /// <param name="folder">Created when missing.</param>
    /// <param name="dtype">Precision to store; null keeps the model's.</param>
    public void SavePretrained(string folder, ScalarType? dtype = null) => ClipFolder.Save(this, Config, folder, "CLIPTextModelWithProjection", "clip_text_model", dtype);

    /// <summary>Projected prompts [B, P], not normalised.</summary>
    /// <param name="ids">Token ids [B, T], int64.</param>
    public override Tensor forward(Tensor ids) => projection.call(Encode(ids).PooledOutput);

    /// <summary>The states behind the projection.</summary>
    /// <param name="ids">Token ids [B, T], int64.</param>
    /// <param name="attentionMask">[B, T], 1 = attend, 0 = do not; null attends to every earlier token.</param>
    public ClipTextOutput Encode(Tensor ids, Tensor? attentionMask = null) => transformer.call(ids, attentionMask, null);
}
