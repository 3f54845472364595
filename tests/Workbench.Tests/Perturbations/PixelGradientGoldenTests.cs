using TorchSharp;
using Workbench.Models.UNet;
using Workbench.Models.Vae;
using Workbench.Perturbations;
using Workbench.Schedulers;
using Workbench.Tensors;
using Workbench.Tests.Goldens;
using Workbench.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Perturbations;

public sealed class PixelGradientGoldenTests
{
    [Theory]
    [MemberData(nameof(GoldenCase.All), "pixel_gradients", MemberType = typeof(GoldenCase))]
    public void Losses_and_their_pixel_gradients_agree_with_the_reference(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        var (vae, objective) = Open(golden);
        Check(golden, "diffusion", objective);
        Check(golden, "encoder", pixels => PixelLoss.Encoder(vae, pixels, golden.Io["target_latents"]));
        Check(golden, "recon", pixels => PixelLoss.Reconstruction(vae, pixels, golden.Io["target_image"]));
    }

    [Theory]
    [MemberData(nameof(GoldenCase.All), "pixel_gradients", MemberType = typeof(GoldenCase))]
    public void Three_projected_steps_agree_with_the_reference(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        var (_, objective) = Open(golden);
        var pixels = golden.Io["pixels"];
        for (var steps = 1; steps <= 3; steps++)
        {
            var ascent = new ProjectedGradient { Budget = LinfBudget.Of255(8), StepSize = LinfBudget.Of255(2), Steps = steps };
            var actual = ascent.Run(pixels, pixels, (x, _) => objective(x), new Seed(1), cancellationToken: TestContext.Current.CancellationToken);
            var equal = (actual - golden.Io["pgd"][steps - 1]).abs().le(1e-6).to(ScalarType.Float32).mean().item<float>();
            Assert.True(equal >= 0.99, $"after {steps} steps only {equal:P2} of the entries agree");
        }
    }

    private static void Check(GoldenCase golden, string name, Func<Tensor, Tensor> loss)
    {
        var pixels = golden.Io["pixels"].requires_grad_();
        var value = loss(pixels);
        GoldenAssert.Close(value.reshape(1), golden.Io[$"{name}_loss"], 1e-5, $"{name} loss");
        GoldenAssert.Close(autograd.grad([value], [pixels])[0], golden.Io[$"{name}_grad"], 1e-4, $"{name} gradient");
    }

    private static (AutoencoderKL Vae, Func<Tensor, Tensor> Objective) Open(GoldenCase golden)
    {
        var vae = new AutoencoderKL(golden.Json<AutoencoderKLConfig>("vae_config.json"));
        var unet = new UNet2DConditionModel(golden.Json<UNet2DConditionConfig>("unet_config.json"));
        using var file = SafetensorsFile.Open(golden.Weights);
        using var guard = no_grad();
        foreach (var (key, target) in vae.state_dict()) target.copy_(file.Read($"vae.{key}"));
        foreach (var (key, target) in unet.state_dict()) target.copy_(file.Read($"unet.{key}"));
        var schedule = NoiseSchedule.FromFolder(golden.File("scheduler_config.json"));
        return (vae, pixels => PixelLoss.Diffusion(vae, unet, schedule, pixels, golden.Io["encoder_hidden_states"],
            golden.Io["vae_eps"], golden.Io["noise"], golden.Io["timesteps"]));
    }
}
