using TorchSharp;
using Workbench.Imaging;
using Workbench.Personalization;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>
/// Alternating surrogate and perturbation learning (Anti-DreamBooth, Van Le et al. 2023, algorithm 1): noise is crafted against a
/// DreamBooth model that is itself trained on the noisy pictures, turn by turn.
/// </summary>
/// <remarks>
/// A turn: a copy of the running model is trained on clean references; the pictures take projected gradient steps up its loss; the running
/// model is trained on the perturbed pictures. Differs from the reference code: weights are float32 masters (there: pure bfloat16, in which
/// steps of 5e-7 vanish), gradients are really clipped, and training goes round all pictures (there: only the first three).
/// </remarks>
public sealed class Aspl : Perturbation
{
    private readonly AsplOptions options;

    /// <summary>The method with the given settings.</summary>
    public Aspl(AsplOptions options)
    {
        options.Validate();
        this.options = options;
    }

    /// <inheritdoc/>
    public override string Name => "aspl";

    /// <inheritdoc/>
    public override LinfBudget Budget => options.Budget;

    /// <inheritdoc/>
    public override object Settings => options;

    /// <inheritdoc/>
    protected override Tensor Perturb(
        Tensor original, PerturbationContext context, Seed seed, IProgress<PerturbationProgress>? progress, CancellationToken cancellationToken)
    {
        var vae = context.Pipeline.Vae;
        var config = Surrogate.ConfigFor(context, options.Surrogate);
        using var classLatents = Surrogate.ClassLatents(context, cancellationToken);
        using var cleanLatents = context.CleanReferences is { } references
            ? LatentCache.Encode(vae, references, cancellationToken)
            : LatentCache.Encode(vae, original, cancellationToken);
        using var running = new Surrogate(context, config, classLatents, seed.For("running"));
        using var lookahead = new Surrogate(context, config, classLatents, seed.For("lookahead"));
        var ascent = new ProjectedGradient { Budget = Budget, StepSize = options.StepSize, Steps = options.PgdSteps };
        var meter = new TurnProgress(progress, options);

        var current = original.alias();
        for (var turn = 0; turn < options.Turns; turn++)
        {
            lookahead.CopyWeights(running);
            lookahead.Train(cleanLatents, options.CleanTrainSteps, meter.Trained, cancellationToken);
            var next = lookahead.Attack(ascent, original, current, seed.For("perturb").For(turn), meter, cancellationToken);
            current.Dispose();
            current = next;
            using var perturbedLatents = LatentCache.Encode(vae, current, cancellationToken);
            running.Train(perturbedLatents, options.PerturbedTrainSteps, meter.Trained, cancellationToken);
        }
        return current;
    }

    /// <summary>Numbers the steps of all turns through.</summary>
    private sealed class TurnProgress(IProgress<PerturbationProgress>? outer, AsplOptions options) : IProgress<PerturbationProgress>
    {
        private int perturbed, trained;

        public void Report(PerturbationProgress value) =>
            outer?.Report(value with { Step = ++perturbed, TotalSteps = options.TotalPgdSteps });

        public void Trained(double loss) =>
            outer?.Report(new PerturbationProgress("train surrogate", ++trained, options.TotalTrainSteps, loss));
    }
}
