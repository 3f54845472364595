using TorchSharp;
using Workbench.Perturbations;
using Workbench.Tensors;
using Workbench.Tests.Personalization;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Perturbations;

public sealed class ProjectedGradientTests
{
    private static readonly ProjectedGradient Template = new() { Budget = LinfBudget.Of255(8), StepSize = LinfBudget.Of255(3), Steps = 10 };

    [Theory]
    [InlineData(AttackDirection.Ascend)]
    [InlineData(AttackDirection.Descend)]
    public void The_diffusion_loss_moves_its_way(AttackDirection direction)
    {
        using var scope = NewDisposeScope();
        var pipeline = TinyModel.Create();
        using var photos = TinyModel.Photos(2, 1);
        var pixels = photos.ToSigned();
        var states = TensorScope.Inference(() => pipeline.EncodePrompt(["a photo of person"]));
        var objective = new DiffusionObjective { Vae = pipeline.Vae, UNet = pipeline.UNet, Schedule = pipeline.Scheduler.Schedule, TextStates = states };
        // The same draws at every step, so that losses can be compared.
        Tensor Fixed(Tensor x, RandomStream _) => objective.Evaluate(x, new Seed(7).Open());
        var losses = new List<double>();
        (Template with { Direction = direction }).Run(pixels, pixels, Fixed, new Seed(1), new Immediate<PerturbationProgress>(p => losses.Add(p.Loss)), TestContext.Current.CancellationToken);
        Assert.Equal(10, losses.Count);
        Assert.True(direction == AttackDirection.Ascend ? losses[^1] > losses[0] * 1.02 : losses[^1] < losses[0] * 0.98, $"from {losses[0]:g4} to {losses[^1]:g4}");
    }

    [Fact]
    public void Every_step_stays_in_the_ball_and_in_range()
    {
        using var scope = NewDisposeScope();
        using var photos = TinyModel.Photos(2, 1);
        var original = photos.ToSigned();
        var seen = 0;
        Tensor Watch(Tensor x, RandomStream draws)
        {
            seen++;
            Assert.True((x - original).abs().max().item<float>() <= LinfBudget.Of255(8).Signed + 1e-6);
            Assert.True(x.abs().max().item<float>() <= 1);
            return (x * draws.Normal(x.shape)).sum();
        }

        var result = (Template with { RandomStart = true }).Run(original, original, Watch, new Seed(1), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(10, seen);
        Assert.True((result - original).abs().max().item<float>() <= LinfBudget.Of255(8).Signed + 1e-6);
        Assert.True(result.abs().max().item<float>() <= 1);
    }

    [Fact]
    public void A_random_start_moves_before_the_first_step_and_a_plain_one_does_not()
    {
        using var scope = NewDisposeScope();
        var original = zeros(1, 3, 4, 4);
        double First(bool random)
        {
            double moved = 0;
            (Template with { RandomStart = random, Steps = 1 }).Run(original, original, (x, _) => { moved = x.abs().max().item<float>(); return x.sum(); }, new Seed(1), cancellationToken: TestContext.Current.CancellationToken);
            return moved;
        }

        Assert.Equal(0, First(false));
        Assert.InRange(First(true), 1e-3, LinfBudget.Of255(8).Signed);
    }

    [Fact]
    public void Transform_and_normalisation_are_seams()
    {
        using var scope = NewDisposeScope();
        var original = zeros(1, 3, 2, 2);
        // The transform hides the left column from the loss; without a sign the gradient's size survives.
        var template = Template with
        {
            Steps = 1,
            Transform = (x, _) => x * tensor(new float[] { 0, 1 }).view(1, 1, 1, 2),
            Normalize = gradient => gradient / 4,
        };
        var result = template.Run(original, original, (x, _) => (2 * x).sum(), new Seed(1), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(0, result[.., .., .., 0].abs().max().item<float>());
        Assert.Equal(LinfBudget.Of255(3).Signed / 2, result[.., .., .., 1].min().item<float>(), 1e-6);
    }

    [Fact]
    public void The_step_falls_linearly_to_its_final_fraction()
    {
        using var scope = NewDisposeScope();
        var original = zeros(1, 3, 2, 2);
        var positions = new List<double>();
        var template = Template with { Budget = LinfBudget.Of255(100), StepSize = LinfBudget.Of255(4), Steps = 5, FinalStepFraction = 0 };
        var end = template.Run(original, original, (x, _) => { positions.Add(x.max().item<float>() * 127.5); return x.sum(); }, new Seed(1), cancellationToken: TestContext.Current.CancellationToken);
        positions.Add(end.max().item<float>() * 127.5);
        Assert.Equal([4.0, 3, 2, 1, 0], positions.Zip(positions.Skip(1), (a, b) => Math.Round(b - a, 3)));
    }

    [Fact]
    public void Noise_and_timesteps_differ_between_the_pictures_of_a_batch()
    {
        using var scope = NewDisposeScope();
        var pipeline = TinyModel.Create();
        var states = TensorScope.Inference(() => pipeline.EncodePrompt(["a photo of person"]));
        var objective = new DiffusionObjective
        {
            Vae = pipeline.Vae, UNet = pipeline.UNet, Schedule = pipeline.Scheduler.Schedule, TextStates = states,
        };
        using var draws = new Seed(3).Open();
        var drawn = objective.Draw(zeros(8, 3, 16, 16), draws);
        Assert.InRange(drawn.Timesteps.data<long>().ToArray().Distinct().Count(), 5, 8);
        var noises = new[] { drawn.Noise, drawn.PosteriorNoise }.SelectMany(noise => Enumerable.Range(0, 8).Select(i => Fingerprint.Of(noise[i])));
        Assert.Distinct(noises);
    }
}
