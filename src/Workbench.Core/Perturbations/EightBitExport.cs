using TorchSharp;
using Workbench.Imaging;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>Turns perturbed pixels into what 8-bit files can hold, without leaving the budget.</summary>
/// <remarks>
/// Rounds half up, as Anti-DreamBooth does; MetaCloak and Mist truncate, which darkens the picture by half a level. Rounding alone could
/// overshoot a budget that is not a whole number of levels, so the difference is clipped to whole levels afterwards.
/// </remarks>
public static class EightBitExport
{
    /// <summary>Rounds <paramref name="signed"/> within the budget around <paramref name="originals"/>.</summary>
    /// <param name="originals">The pictures before, multiples of 1/255.</param>
    /// <param name="signed">Perturbed pixels [N, 3, H, W] in [-1,1].</param>
    /// <param name="budget">The bound that must hold after rounding.</param>
    /// <param name="truncate">Cuts decimals off, as MetaCloak and Mist do; the budget holds all the same.</param>
    public static ImageBatch Round(ImageBatch originals, Tensor signed, LinfBudget budget, bool truncate = false)
    {
        using var unit = TensorScope.Inference(() =>
        {
            var before = (originals.Unit * 255).round();
            var after = (signed.cpu() * 127.5 + (truncate ? 127.5 : 128)).floor();
            var within = before + (after - before).clamp(-budget.WholeLevels, budget.WholeLevels);
            return within.clamp(0, 255) / 255;
        });
        return ImageBatch.FromUnit(unit);
    }
}
