using static TorchSharp.torch;

namespace Workbench.Models.CodeFormer;

/// <summary>What a <see cref="CodeFormerModel"/> returns.</summary>
/// <param name="Image"><c>[B, 3, S, S]</c>, pixels in about [-1,1].</param>
/// <param name="Logits"><c>[B, LatentSize, CodebookSize]</c>: score of every code at every position.</param>
/// <param name="CodeIndices"><c>[B, LatentSize]</c> int64: the chosen codes, row by row.</param>
/// <param name="LowQualityFeatures"><c>[B, EmbDim, s, s]</c>: what the encoder made of the input.</param>
public sealed record CodeFormerOutput(Tensor Image, Tensor Logits, Tensor CodeIndices, Tensor LowQualityFeatures);
