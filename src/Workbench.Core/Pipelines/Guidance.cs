using static TorchSharp.torch;

namespace Workbench.Pipelines;

/// <summary>Classifier-free guidance (Ho and Salimans 2022, equation 6), with a negative prompt in the unconditional place.</summary>
public static class Guidance
{
    /// <summary>Whether the unconditional output matters: at scale 1 it cancels, and its network call can be saved.</summary>
    public static bool IsNeeded(double scale) => scale != 1;

    /// <summary>uncond + <paramref name="scale"/>·(cond − uncond).</summary>
    /// <param name="uncond">Output for the negative (or empty) prompt [B, C, H, W].</param>
    /// <param name="cond">Output for the prompt, same shape.</param>
    /// <param name="scale">1 = no guidance, 0 = the negative prompt alone, 7.5 = Stable Diffusion's default.</param>
    public static Tensor Combine(Tensor uncond, Tensor cond, double scale) => uncond + scale * (cond - uncond);

    /// <summary>The same for a batch that holds the unconditional outputs first: [2B, C, H, W] → [B, C, H, W].</summary>
    public static Tensor Combine(Tensor both, double scale)
    {
        var half = both.shape[0] / 2;
        return Combine(both.narrow(0, 0, half), both.narrow(0, half, half), scale);
    }
}
