using TorchSharp;
using Workbench.Imaging;
using Workbench.Pipelines;
using Workbench.Schedulers;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Personalization;

/// <summary>Runs a pipeline in the precision asked for.</summary>
internal static class SamplingPipeline
{
    /// <summary>Draws with the pipeline itself, or with a bfloat16 copy of its UNet, which does nearly all of the work; where bfloat16 is no gain (<see cref="OneDnn"/>) with itself.</summary>
    public static ImageBatch Run(
        StableDiffusionPipeline pipeline, TextToImage request, ComputePrecision precision, IProgress<DenoisingProgress>? progress, CancellationToken cancellationToken)
    {
        var device = pipeline.UNet.parameters().First().device;
        if (precision.TypeOn(device) == ScalarType.Float32) return pipeline.Generate(request, progress, cancellationToken);
        using var unet = ModuleCopy.Of(pipeline.UNet);
        unet.to(ScalarType.BFloat16);
        var quick = new StableDiffusionPipeline(
            pipeline.Tokenizer, pipeline.TextEncoder, unet, pipeline.Vae, SchedulerFactory.FromConfig(pipeline.Scheduler.Config));
        return quick.Generate(request, progress, cancellationToken);
    }
}
