using TorchSharp;
using Workbench.Imaging;
using Workbench.Pipelines;
using Workbench.Tensors;

namespace Workbench.Charts;

/// <summary>
/// Pictures that become clear in place while a pipeline draws them: the estimate of the clean picture, decoded every few
/// steps. Where no notebook is running it shows nothing and costs nothing.
/// </summary>
/// <remarks>The cell is reached through <see cref="AppContext"/> (the key <c>Workbench.Display</c>), so that the library needs no notebook host.</remarks>
public sealed class DenoisingPreview : IProgress<DenoisingProgress>
{
    private const string DisplayKey = "Workbench.Display";
    private readonly StableDiffusionPipeline pipeline;
    private readonly int every;
    private readonly int pictures;
    private Action<object?>? update;

    /// <param name="pipeline">Decodes the estimates.</param>
    /// <param name="every">Steps from picture to picture; the first and the last step of a batch are always shown.</param>
    /// <param name="pictures">How many pictures of a batch to show.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive.</exception>
    public DenoisingPreview(StableDiffusionPipeline pipeline, int every = 4, int pictures = 4)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(every);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pictures);
        (this.pipeline, this.every, this.pictures) = (pipeline, every, pictures);
    }

    /// <inheritdoc/>
    public void Report(DenoisingProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Step > 1 && value.Step < value.Steps && value.Step % every != 0) return;
        if (update is null && AppContext.GetData(DisplayKey) is not Func<object?, Action<object?>>) return;
        using var guard = torch.no_grad();
        var count = Math.Min(pictures, (int)value.X0.shape[0]);
        using var pixels = TensorScope.Run(() => pipeline.DecodeLatents(value.X0.narrow(0, 0, count)).clamp(-1, 1));
        using var decoded = ImageBatch.FromSigned(pixels);
        var shown = Gallery.Show(($"pictures {value.FirstImage + 1} to {value.FirstImage + count} of {value.ImageCount}, step {value.Step} of {value.Steps}", decoded));
        if (update is null) update = ((Func<object?, Action<object?>>)AppContext.GetData(DisplayKey)!)(shown);
        else update(shown);
    }
}
