using TorchSharp;
using Workbench.Models.Clip;
using Workbench.Models.UNet;
using Workbench.Models.Vae;
using static TorchSharp.torch;

namespace Workbench.Pipelines;

/// <summary>The networks of a latent-diffusion model.</summary>
/// <param name="Tokenizer">Prompts to token ids.</param>
/// <param name="TextEncoder">Token ids to text states.</param>
/// <param name="UNet">The denoising network.</param>
/// <param name="Vae">Pixels to latents and back.</param>
public sealed record StableDiffusionParts(ClipTokenizer Tokenizer, ClipTextModel TextEncoder, UNet2DConditionModel UNet, AutoencoderKL Vae) : IDisposable
{
    /// <summary>Text states of prompts: [B, T, D].</summary>
    public Tensor Encode(IReadOnlyList<string> prompts, PromptOverflow overflow) =>
        TextEncoder.forward(Tokenizer.Encode(prompts, overflow).to(TextEncoder.parameters().First().device)).LastHiddenState;

    /// <summary>Pictures [B, 3, H, W] of scaled latents, about [-1,1], not clamped, float32.</summary>
    public Tensor Decode(Tensor latents) => ScaledLatents.Decode(Vae, latents);

    /// <inheritdoc/>
    public void Dispose()
    {
        TextEncoder.Dispose();
        UNet.Dispose();
        Vae.Dispose();
    }
}
