using static TorchSharp.torch;

namespace Workbench.Pipelines;

/// <summary>Encoded text of a batch.</summary>
/// <param name="Cond">States of the prompts [B, T, D].</param>
/// <param name="Uncond">States of the negative (or empty) prompts [B, T, D]; null = no guidance.</param>
public sealed record PromptEmbeddings(Tensor Cond, Tensor? Uncond)
{
    /// <summary>Both in one batch, negative first: [2B, T, D]; [B, T, D] without guidance.</summary>
    public Tensor Joined => Uncond is null ? Cond : cat([Uncond, Cond]);
}
