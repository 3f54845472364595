using TorchSharp;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>
/// SimAC (Wang et al. 2024): ASPL at the timesteps that the pixels matter at, chosen greedily for each picture beforehand, with a loss on inner
/// features of the UNet beside the diffusion loss.
/// </summary>
/// <remarks>
/// Differs from the released code: its feature loss is detached and so has no gradient (<see cref="SimAcOptions.CompatDetachedFeatureLoss"/>), and
/// compares with the pictures as the last turn left them instead of with the originals.
/// </remarks>
/// <param name="options">The settings.</param>
public sealed class SimAc(SimAcOptions options) : Aspl("simac", options, options.Aspl)
{
    private readonly SimAcOptions options = options;

    /// <inheritdoc/>
    protected override SurrogateAttack Rules(
        Tensor original, PerturbationContext context, Seed seed, IProgress<PerturbationProgress>? progress, CancellationToken cancellationToken)
    {
        var pipeline = context.Pipeline;
        using var frozen = new FrozenModules(pipeline.Vae, pipeline.UNet, pipeline.TextEncoder);
        var objective = context.Objective(context.Decoupling.InstancePrompt(context.InstancePrompt));
        var lists = GreedyTimesteps.Select(objective, context.Ascent(Budget, options.Aspl.StepSize, 1), original, options, seed, progress, cancellationToken);
        return new SurrogateAttack { Timesteps = GreedyTimesteps.ChoiceOf(lists), Loss = surrogate => (pixels, draws) => Loss(surrogate, original, context.Transform, pixels, draws) };
    }

    private Tensor Loss(DiffusionObjective objective, Tensor original, Func<Tensor, RandomStream, Tensor>? transform, Tensor pixels, RandomStream draws)
    {
        using var features = new UNetFeatures(objective.UNet);
        var drawn = objective.Draw(pixels, draws);
        IReadOnlyList<Tensor> reference;
        using (no_grad())
        {
            // The pixels come transformed: what they are compared with has to be.
            objective.Terms(transform is null ? original : transform(original, draws), drawn);
            reference = features.Take();
        }
        var loss = objective.Terms(pixels, drawn).Loss;
        var distance = stack(features.Take().Zip(reference, (a, b) => (a - b).to(ScalarType.Float32).pow(2).mean()), 0).mean();
        return loss + options.FeatureWeight * (options.CompatDetachedFeatureLoss ? distance.detach() : distance);
    }
}

/// <summary>Settings of <see cref="SimAc"/>.</summary>
public sealed record SimAcOptions : IPerturbationOptions
{
    /// <summary>Schedule, budget and surrogate: those of ASPL.</summary>
    public AsplOptions Aspl { get; init; } = AsplOptions.Paper;

    LinfBudget IPerturbationOptions.Budget => Aspl.Budget;

    /// <summary>Most rounds of the timestep selection.</summary>
    public int SelectionRounds { get; init; } = 50;

    /// <summary>Timesteps tried a round.</summary>
    public int Candidates { get; init; } = 5;

    /// <summary>Half the width of the window that is thrown out around the worst.</summary>
    public int Window { get; init; } = 20;

    /// <summary>The selection stops when so few timesteps are left.</summary>
    public int SmallestSelection { get; init; } = 100;

    /// <summary>Weight of the feature distance.</summary>
    public double FeatureWeight { get; init; } = 1;

    /// <summary>As released: the feature distance has no gradient.</summary>
    public bool CompatDetachedFeatureLoss { get; init; }

    /// <summary>The paper's budget with SimAC's numbers (its own budget, 16/255 of [-1,1], is 8/255).</summary>
    public static SimAcOptions Paper { get; } = new();

    /// <summary>The mini world: windows of twice the width, which leave as few timesteps after half the rounds.</summary>
    public static SimAcOptions MiniWorld { get; } = new() { Aspl = AsplOptions.MiniWorld, Window = 40 };

    /// <summary>Seconds on a CPU.</summary>
    public static SimAcOptions Smoke { get; } = new() { Aspl = AsplOptions.Smoke, SelectionRounds = 2, Candidates = 2 };

    /// <summary>These settings with another budget, the step size scaled along.</summary>
    public SimAcOptions WithBudget(LinfBudget budget) => this with { Aspl = Aspl.WithBudget(budget) };

    /// <inheritdoc/>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(SelectionRounds, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Candidates, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Window, 1);
        Aspl.Validate();
    }
}
