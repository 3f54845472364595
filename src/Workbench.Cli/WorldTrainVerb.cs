using System.CommandLine;
using TorchSharp;
using Workbench.Tensors;
using Workbench.Worlds.Training;

namespace Workbench.Cli;

/// <summary><c>workbench world train</c>: trains the models of the mini world, each resumable.</summary>
internal static class WorldTrainVerb
{
    public static Command Create()
    {
        var model = new Argument<string>("model") { Description = "vae, clip, identity, unet, super_resolution, upscaler_vae, upscaler, pixel_diffusion or codeformer" };
        model.AcceptOnlyFromAmong("vae", "clip", "identity", "unet", "super_resolution", "upscaler_vae", "upscaler", "pixel_diffusion", "codeformer");
        var output = new Option<string>("--out") { Description = "Model folder to write", DefaultValueFactory = _ => "data/models/mini" };
        var work = new Option<string>("--work") { Description = "Folder of checkpoints and logs", DefaultValueFactory = _ => "out/training" };
        var from = new Option<string?>("--start") { Description = "Model folder whose weights to begin with, where there is no checkpoint yet" };
        var steps = new Option<int?>("--steps") { Description = "Optimiser steps in all; more than before extends a training" };
        var replicas = new Option<int?>("--replicas") { Description = "Model replicas, one thread each" };
        var seed = new Option<ulong>("--seed") { Description = "Seed of weights, data and noise", DefaultValueFactory = _ => 1 };
        var command = new Command("train", "Train a model of the mini world; a stopped training goes on where it was.") { model, output, work, from, steps, replicas, seed };
        command.SetAction((arguments, cancellation) => VerbGuard.Run(() =>
        {
            torch.set_num_threads(1);
            var name = arguments.GetRequiredValue(model);
            var to = Path.GetFullPath(arguments.GetRequiredValue(output));
            var checkpoints = Path.GetFullPath(Path.Combine(arguments.GetRequiredValue(work), name));
            var begin = arguments.GetValue(from);
            var progress = new ConsoleProgress();
            var start = new Seed(arguments.GetRequiredValue(seed)).For(name);
            TrainingConfig With(TrainingConfig config)
            {
                var asked = config with { Steps = arguments.GetValue(steps) ?? config.Steps, Replicas = arguments.GetValue(replicas) ?? config.Replicas };
                asked.Validate(); // before networks are made
                return asked;
            }
            switch (name)
            {
                case "vae":
                    var vae = new VaeRecipe();
                    (vae with { Training = With(vae.Training) }).Train(checkpoints, Path.Combine(to, "vae"), start, begin, progress, cancellation);
                    break;
                case "clip":
                    var clip = new ClipRecipe();
                    (clip with { Training = With(clip.Training) }).Train(checkpoints, to, start, begin, progress, cancellation);
                    break;
                case "identity":
                    var identity = new IdentityRecipe();
                    (identity with { Training = With(identity.Training) }).Train(checkpoints, Path.Combine(to, "identity"), start, begin, progress, cancellation);
                    break;
                case "unet":
                    var unet = new UNetRecipe();
                    (unet with { Training = With(unet.Training) }).Train(checkpoints, to, start, begin, progress, cancellation);
                    break;
                case "super_resolution":
                    var upscaler = new UpscalerRecipe();
                    (upscaler with { Training = With(upscaler.Training) }).Train(checkpoints, Path.Combine(to, "super_resolution"), start, begin, progress, cancellation);
                    break;
                case "upscaler_vae":
                    var inner = VaeRecipe.OfLatentUpscaler;
                    (inner with { Training = With(inner.Training) }).Train(checkpoints, Path.Combine(to, "upscaler", "vae"), start, begin is null ? null : Path.Combine(begin, "upscaler"), progress, cancellation);
                    break;
                case "upscaler":
                    var latent = new LatentUpscalerRecipe();
                    (latent with { Training = With(latent.Training) }).Train(checkpoints, to, start, begin, progress, cancellation);
                    break;
                case "pixel_diffusion":
                    var pixels = new PixelDiffusionRecipe();
                    (pixels with { Training = With(pixels.Training) }).Train(checkpoints, Path.Combine(to, "pixel_diffusion"), start, begin, progress, cancellation);
                    break;
                case "codeformer":
                    var restorer = new CodeFormerRecipe();
                    (restorer with { Training = With(restorer.Training) }).Train(checkpoints, Path.Combine(to, "restoration"), start, begin, progress, cancellation);
                    break;
                default:
                    throw new InvalidOperationException(name);
            }
            return 0;
        }, "stopped; the last checkpoint is kept, the same command goes on"));
        return command;
    }

    private sealed class ConsoleProgress : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => Console.WriteLine(
            $"{value.Model} {value.Step}/{value.Steps}  loss {value.Loss:F4}  {value.PicturesPerSecond:F0} pictures/s  {value.Remaining:h\\:mm\\:ss} left");
    }
}
