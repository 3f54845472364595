using TorchSharp;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>
/// DisDiff (Liu et al. 2024): ASPL that also takes the attention away from the identifier (cross-attention erasure), with steps that shrink at
/// the timesteps where noise hides the picture (Markov step size).
/// </summary>
/// <remarks>
/// Climbs ℓ - 0.1·A, where A is the identifier's share of all cross-attention, 1 for an even spread: the published weight, on our reading of
/// "erase". The step of each picture is multiplied by ½(cos(πt/T) + 1).
/// </remarks>
/// <param name="options">The settings.</param>
public sealed class DisDiff(DisDiffOptions options) : Aspl("disdiff", options, options.Aspl)
{
    private readonly DisDiffOptions options = options;

    /// <inheritdoc/>
    protected override SurrogateAttack Rules(
        Tensor original, PerturbationContext context, Seed seed, IProgress<PerturbationProgress>? progress, CancellationToken cancellationToken)
    {
        var positions = Positions(context);
        // A step may average several draws: the factor is their mean.
        var drawn = new List<long[]>();
        return new SurrogateAttack
        {
            Loss = objective => (pixels, draws) =>
            {
                using var maps = new CrossAttentionMaps(objective.UNet);
                var terms = objective.Terms(pixels, objective.Draw(pixels, draws));
                drawn.Add(terms.Draws.Timesteps.cpu().data<long>().ToArray());
                return terms.Loss - options.AttentionWeight * maps.ShareOf(positions);
            },
            Normalize = gradient =>
            {
                var factors = stack(drawn.Select(times => StepFactors(times, context.Pipeline.Scheduler.Schedule.NumTrainTimesteps - 1))).mean([0]);
                drawn.Clear();
                return gradient.sign() * factors.to(gradient.device);
            },
        };
    }

    /// <summary>The factor of each picture's step at its timestep, [N, 1, 1, 1]: 1 at 0, 0 at <paramref name="last"/>.</summary>
    internal static Tensor StepFactors(long[] times, int last) =>
        tensor(Array.ConvertAll(times, t => (float)((Math.Cos(Math.PI * t / last) + 1) / 2))).view(-1, 1, 1, 1);

    /// <summary>Where the identifier's tokens stand in the instance prompt.</summary>
    private IReadOnlyList<long> Positions(PerturbationContext context)
    {
        var tokenizer = context.Pipeline.Tokenizer ?? throw new InvalidOperationException("DisDiff needs a pipeline with a tokenizer.");
        long[] Ids(string text) => TensorScope.Value(() => tokenizer.Encode([text]).data<long>().ToArray());
        var (prompt, bare) = (Ids(context.InstancePrompt), Ids(""));
        // The start token and what follows the text frame every prompt.
        var identifier = Ids(options.Identifier).Skip(1).TakeWhile(id => id != bare[1]).ToArray();
        for (var at = 1; at + identifier.Length <= prompt.Length && identifier.Length > 0; at++)
            if (prompt.AsSpan(at, identifier.Length).SequenceEqual(identifier)) return [.. Enumerable.Range(at, identifier.Length).Select(i => (long)i)];
        throw new ArgumentException($"The instance prompt '{context.InstancePrompt}' does not hold the identifier '{options.Identifier}'.", nameof(context));
    }
}

/// <summary>Settings of <see cref="DisDiff"/>.</summary>
public sealed record DisDiffOptions : IPerturbationOptions
{
    /// <summary>Schedule, budget and surrogate: those of ASPL.</summary>
    public AsplOptions Aspl { get; init; } = AsplOptions.Paper;

    LinfBudget IPerturbationOptions.Budget => Aspl.Budget;

    /// <summary>The word of the instance prompt that stands for the subject.</summary>
    public string Identifier { get; init; } = "sks";

    /// <summary>Weight of the identifier's attention.</summary>
    public double AttentionWeight { get; init; } = 0.1;

    /// <summary>The paper's budget with DisDiff's numbers (its own budget is 6.375/255).</summary>
    public static DisDiffOptions Paper { get; } = new();

    /// <summary>The mini world.</summary>
    public static DisDiffOptions MiniWorld { get; } = new() { Aspl = AsplOptions.MiniWorld };

    /// <summary>Seconds on a CPU.</summary>
    public static DisDiffOptions Smoke { get; } = new() { Aspl = AsplOptions.Smoke };

    /// <summary>These settings with another budget, the step size scaled along.</summary>
    public DisDiffOptions WithBudget(LinfBudget budget) => this with { Aspl = Aspl.WithBudget(budget) };

    /// <inheritdoc/>
    public void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Identifier);
        Aspl.Validate();
    }
}
