using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Workbench.Models.Clip;

/// <summary>CLIP's text encoder (Radford et al. 2021) as Stable Diffusion conditions on it; transformers' <c>CLIPTextModel</c>.</summary>
public sealed class ClipTextModel : NamedModule<Tensor, ClipTextOutput>
{
    private readonly ClipTextTransformer transformer;

    /// <summary>A text encoder with untrained weights.</summary>
    public ClipTextModel(ClipTextConfig config) : base(nameof(ClipTextModel))
    {
        Config = config;
        register_module("text_model", transformer = new ClipTextTransformer(config));
    }

    /// <summary>The shape of this encoder.</summary>
    public ClipTextConfig Config { get; }

    /// <summary>The embedding table [vocabulary, D], for textual inversion.</summary>
    public Parameter TokenEmbedding => transformer.TokenEmbedding.weight!;

    /// <summary>Loads config.json and model.safetensors of a transformers folder, in evaluation mode.</summary>
    /// <param name="folder">For example <c>text_encoder/</c> of a Stable Diffusion folder; a whole CLIP's folder will do.</param>
    /// <param name="dtype">Precision to compute in; null means float32.</param>
    /// <param name="device">Device to compute on; null means the CPU.</param>
    /// <exception cref="Workbench.Weights.WeightsException">A file is missing, damaged, or does not fit; names the file.</exception>
    public static ClipTextModel FromPretrained(string folder, ScalarType? dtype = null, Device? device = null) =>
        ClipFolder.Load(() => new ClipTextModel(ClipFolder.TextConfig(folder)), folder, ClipFolder.TextKeys.Then(Weights.KeyMap.Drop("text_projection.*")), dtype, device);

    /// <summary>Writes config.json and model.safetensors.</summary>
    /// <param name="folder">Created when missing.</param>
    /// <param name="dtype">Precision to store; null keeps the model's.</param>
    public void SavePretrained(string folder, ScalarType? dtype = null) => ClipFolder.Save(this, Config, folder, "CLIPTextModel", "clip_text_model", dtype);

    /// <summary>Encodes prompts.</summary>
    /// <param name="ids">Token ids [B, T], int64, T ≤ the context length.</param>
    public override ClipTextOutput forward(Tensor ids) => transformer.call(ids, null, null);

    /// <summary>Encodes prompts with a mask, or with token embeddings of one's own.</summary>
    /// <param name="ids">Token ids [B, T], int64; also says where to pool.</param>
    /// <param name="attentionMask">[B, T], 1 = attend, 0 = do not; null attends to every earlier token.</param>
    /// <param name="tokenEmbeddings">[B, T, D] in place of the table's rows; null looks <paramref name="ids"/> up.</param>
    public ClipTextOutput Encode(Tensor ids, Tensor? attentionMask = null, Tensor? tokenEmbeddings = null) =>
        transformer.call(ids, attentionMask, tokenEmbeddings);

    /// <summary>Applies the final layer norm to an earlier layer's output ("clip skip"), [B, T, D] to [B, T, D].</summary>
    public Tensor FinalLayerNorm(Tensor hiddenState) => transformer.FinalNorm(hiddenState);
}
