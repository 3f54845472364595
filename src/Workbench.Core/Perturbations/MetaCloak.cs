using TorchSharp;
using Workbench.Imaging;
using Workbench.Personalization;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>
/// MetaCloak (Liu et al. 2024): noise that many stages of DreamBooth agree on. A pool of checkpoints of one training is visited trail by trail;
/// at each, perturbing through random blur and flips alternates with a little training on the perturbed pictures.
/// </summary>
/// <remarks>
/// The meta gradient is first order, as in the released code (its unrolling count is read but not used). Differs from it: pictures enter the
/// surrogate in [-1,1] (there in 0 … 255, see <see cref="MetaCloakOptions.CompatUnnormalisedSurrogate"/>), and exports are rounded.
/// </remarks>
/// <param name="options">The settings.</param>
public sealed class MetaCloak(MetaCloakOptions options) : SurrogatePerturbation("metacloak", options)
{
    private readonly MetaCloakOptions options = options;

    /// <inheritdoc/>
    protected override bool TruncatesExport => options.CompatTruncateExport;

    /// <inheritdoc/>
    protected override Tensor Perturb(
        Tensor original, PerturbationContext context, Seed seed, IProgress<PerturbationProgress>? progress, CancellationToken cancellationToken)
    {
        var meter = new TurnProgress(progress, options.TotalPgdSteps, options.TotalTrainSteps);
        var rules = Rules(original, context, seed.For("rules"), progress, cancellationToken);
        // The pool is trained on the pictures to protect themselves, still clean.
        using var setup = new SurrogateSetup(context with { CleanReferences = null }, options.Surrogate, options.Compat, original, seed.For("setup"), cancellationToken) { ShufflesInstances = true };
        using var surrogate = setup.Open(seed.For("surrogate"));
        var pool = new List<IReadOnlyDictionary<string, Tensor>>();
        try
        {
            Fill(pool, surrogate, setup, original, seed.For("pool"), meter, cancellationToken);
            var ascent = context.Ascent(Budget, options.StepSize, options.PgdSteps);
            // Blur and flips stand for the trainer's own transforms, which come after whatever the context expects.
            ascent = ascent with { Transform = RandomTransforms.Then(ascent.Transform, options.Transform) };
            var current = original.alias();
            foreach (var visit in options.Visits())
            {
                if (visit.Round == 0) surrogate.LoadWeights(pool[visit.Checkpoint]);
                var next = surrogate.Attack(ascent, rules, original, current, seed.For("perturb").For(visit.Number), meter, cancellationToken);
                current.Dispose();
                current = next;
                using var latents = Encode(setup, current, seed.For("see").For(visit.Number), cancellationToken);
                surrogate.Train(latents, options.TrainSteps, meter.Trained, cancellationToken);
            }
            return current;
        }
        finally
        {
            foreach (var weight in pool.SelectMany(checkpoint => checkpoint.Values)) weight.Dispose();
        }
    }

    private void Fill(
        List<IReadOnlyDictionary<string, Tensor>> pool, Surrogate surrogate, SurrogateSetup setup, Tensor original, Seed seed, TurnProgress meter, CancellationToken cancellationToken)
    {
        using var latents = Encode(setup, original, seed, cancellationToken);
        var done = 0;
        foreach (var steps in options.CheckpointSteps)
        {
            surrogate.Continue(latents, steps - done, meter.Trained, cancellationToken);
            done = steps;
            pool.Add(surrogate.SaveWeights());
        }
    }

    private LatentCache Encode(SurrogateSetup setup, Tensor signed, Seed seed, CancellationToken cancellationToken) =>
        setup.Encode(signed, seed, cancellationToken, options.CompatUnnormalisedSurrogate ? pixels => (pixels + 1) * 127.5 : null);
}
