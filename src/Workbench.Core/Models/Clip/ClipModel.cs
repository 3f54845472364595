using TorchSharp;
using TorchSharp.Modules;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Models.Clip;

/// <summary>
/// CLIP (Radford et al. 2021, "Learning Transferable Visual Models From Natural Language Supervision"): a text and a vision encoder
/// that meet in one space; transformers' <c>CLIPModel</c>.
/// </summary>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public sealed class ClipModel : NamedModule<Tensor, Tensor, Tensor>
{
    private readonly ClipTextTransformer text;
    private readonly ClipVisionTransformer vision;
    private readonly Linear textProjection, visualProjection;

    /// <summary>A model with untrained weights; <see cref="Create"/> draws them by seed.</summary>
    public ClipModel(ClipConfig config) : base(nameof(ClipModel))
    {
        config.Validate();
        Config = config;
        register_parameter("logit_scale", new Parameter(tensor((float)config.LogitScaleInitValue)));
        register_module("text_model", text = new ClipTextTransformer(config.TextConfig));
        register_module("vision_model", vision = new ClipVisionTransformer(config.VisionConfig));
        register_module("visual_projection", visualProjection = nn.Linear(config.VisionConfig.HiddenSize, config.ProjectionDim, hasBias: false));
        register_module("text_projection", textProjection = nn.Linear(config.TextConfig.HiddenSize, config.ProjectionDim, hasBias: false));
    }

    /// <summary>The shape of this model.</summary>
    public ClipConfig Config { get; }

    /// <summary>Logarithm of the factor on the cosines, a scalar parameter.</summary>
    public Parameter LogitScale => get_parameter("logit_scale")!;

    /// <summary>A fresh model to train, its weights drawn from <paramref name="seed"/> (<see cref="ClipInitialization"/>).</summary>
    public static ClipModel Create(ClipConfig config, Seed seed)
    {
        var model = new ClipModel(config);
        ClipInitialization.Draw(model, seed);
        return model;
    }

    /// <summary>Loads config.json and model.safetensors of a transformers folder, in evaluation mode.</summary>
    /// <param name="folder">A CLIP folder, for example <c>clip/</c> of a model folder.</param>
    /// <param name="dtype">Precision to compute in; null means float32.</param>
    /// <param name="device">Device to compute on; null means the CPU.</param>
    /// <exception cref="Workbench.Weights.WeightsException">A file is missing, damaged, or does not fit; names the file.</exception>
    public static ClipModel FromPretrained(string folder, ScalarType? dtype = null, Device? device = null) =>
        ClipFolder.Load(() => new ClipModel(ClipFolder.Config(folder)), folder, Weights.KeyMap.DropPositionIds, dtype, device);

    /// <summary>Writes config.json and model.safetensors.</summary>
    /// <param name="folder">Created when missing.</param>
    /// <param name="dtype">Precision to store; null keeps the model's.</param>
    public void SavePretrained(string folder, ScalarType? dtype = null) => ClipFolder.Save(this, Config, folder, "CLIPModel", "clip", dtype);

    /// <summary>Cosine logits exp(logit scale)·cos, [pictures, texts].</summary>
    /// <param name="pixels">[N, 3, S, S], normalised by <see cref="ClipImageProcessor"/>.</param>
    /// <param name="ids">Token ids [M, T], int64.</param>
    public override Tensor forward(Tensor pixels, Tensor ids) =>
        LogitScale.exp() * Normalize(GetImageFeatures(pixels)).matmul(Normalize(GetTextFeatures(ids)).t());

    /// <summary>Projected prompts [M, P], not normalised.</summary>
    /// <param name="ids">Token ids [M, T], int64.</param>
    public Tensor GetTextFeatures(Tensor ids) => textProjection.call(EncodeText(ids).PooledOutput);

    /// <summary>Projected pictures [N, P], not normalised; differentiable with respect to the pixels.</summary>
    /// <param name="pixels">[N, 3, S, S], normalised by <see cref="ClipImageProcessor"/>.</param>
    public Tensor GetImageFeatures(Tensor pixels) => visualProjection.call(EncodeImage(pixels).PooledOutput);

    /// <summary>The text encoder's states.</summary>
    /// <param name="ids">Token ids [M, T], int64.</param>
    /// <param name="attentionMask">[M, T], 1 = attend, 0 = do not; null attends to every earlier token.</param>
    public ClipTextOutput EncodeText(Tensor ids, Tensor? attentionMask = null) => text.call(ids, attentionMask, null);

    /// <summary>The vision encoder's states.</summary>
    /// <param name="pixels">[N, 3, S, S], normalised.</param>
    public ClipVisionOutput EncodeImage(Tensor pixels) => vision.call(pixels);

    /// <summary>Keeps the learned factor at or below 100, as CLIP's training does after every step.</summary>
    public void ClampLogitScale()
    {
        using var guard = no_grad();
        LogitScale.clamp_(max: Math.Log(100));
    }

    /// <summary>Features over their Euclidean length, [N, P].</summary>
    public static Tensor Normalize(Tensor features) => features / features.norm(-1, keepdim: true, p: 2);
}
