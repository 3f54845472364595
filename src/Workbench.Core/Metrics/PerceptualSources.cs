using TorchSharp;
using Workbench.Purification;
using static TorchSharp.torch;

namespace Workbench.Metrics;

/// <summary>Gives purifiers the perceptual distance that IMPRESS was published with.</summary>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public static class PerceptualSources
{
    /// <summary>The sources with LPIPS on a VGG trunk as the distance of <c>impress</c>; its weights are read now, onto the sources' device.</summary>
    /// <param name="sources">Sources whose device is set already.</param>
    /// <param name="vgg">VGG-16 and its linear weights; null leaves the sources as they are.</param>
    /// <exception cref="Weights.WeightsException">The files do not fit.</exception>
    public static PurifierSources WithLpips(this PurifierSources sources, LpipsFiles? vgg)
    {
        if (vgg is null) return sources;
        var lpips = Lpips.Load(LpipsNet.Vgg, vgg.Trunk, vgg.Linear, sources.Device);
        // The gradient is asked for the pixels only.
        foreach (var parameter in lpips.parameters()) parameter.requires_grad = false;
        var place = lpips.parameters().First().device;
        return sources with
        {
            // Purifiers ask on the networks' device, tables with pictures from the CPU.
            PerceptualDistance = (a, b) => lpips.call(a.to(place), b.to(place)).mean(), PerceptualName = lpips.Name, HasLpips = true,
            PerceptualParts = [.. new Weights.ModelPart[] { new("perceptual_trunk", vgg.Trunk), new("perceptual_linear", vgg.Linear) }.DistinctBy(part => part.Path)],
        };
    }
}
