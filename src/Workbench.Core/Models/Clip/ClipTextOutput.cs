using TorchSharp;
using static TorchSharp.torch;

namespace Workbench.Models.Clip;

/// <summary>What a CLIP text encoder makes of a batch of prompts.</summary>
/// <param name="LastHiddenState">[B, T, D], after the final layer norm: what a UNet attends to.</param>
/// <param name="PooledOutput">[B, D]: <paramref name="LastHiddenState"/> at the end-of-text token.</param>
/// <param name="HiddenStates">Layers + 1 tensors [B, T, D] before the final layer norm: the embeddings, then each layer's output.</param>
public sealed record ClipTextOutput(Tensor LastHiddenState, Tensor PooledOutput, IReadOnlyList<Tensor> HiddenStates);

/// <summary>What a CLIP vision encoder makes of a batch of pictures.</summary>
/// <param name="LastHiddenState">[B, 1 + patches, D], before the last layer norm; the class token comes first.</param>
/// <param name="PooledOutput">[B, D]: the class token after the last layer norm.</param>
/// <param name="HiddenStates">Layers + 1 tensors [B, 1 + patches, D]: the embeddings, then each layer's output.</param>
public sealed record ClipVisionOutput(Tensor LastHiddenState, Tensor PooledOutput, IReadOnlyList<Tensor> HiddenStates);
