using Workbench.Personalization;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>
/// Alternating surrogate and perturbation learning (Anti-DreamBooth, Van Le et al. 2023, algorithm 1): noise is crafted against a
/// DreamBooth model that is itself trained on the noisy pictures, turn by turn. With several models it is E-ASPL, with a target T-ASPL.
/// </summary>
/// <remarks>
/// A turn: a copy of the running model is trained on clean references; the pictures take projected gradient steps up its loss; the running
/// model is trained on the perturbed pictures. Differs from the reference code: weights are float32 masters (there: pure bfloat16, in which
/// steps of 5e-7 vanish), gradients are really clipped, and training goes round all pictures (there: only the first three); see
/// <see cref="SurrogateCompat"/>.
/// </remarks>
/// <seealso href="notebooks/01-defense-pipeline.ipynb">Explained in notebook 01.</seealso>
public class Aspl : SurrogatePerturbation
{
    private readonly AsplOptions options;

    /// <summary>The method with the given settings.</summary>
    public Aspl(AsplOptions options) : this(options switch { { TargetWeight: > 0 } => "t-aspl", { Models: > 1 } => "e-aspl", _ => "aspl" }, options, options)
    {
    }

    /// <summary>A method with ASPL's turns and a loss of its own.</summary>
    /// <param name="name">Short name of the method.</param>
    /// <param name="settings">All its settings.</param>
    /// <param name="options">Those of the turns.</param>
    protected Aspl(string name, IPerturbationOptions settings, AsplOptions options) : base(name, settings) => this.options = options;

    /// <inheritdoc/>
    protected override SurrogateAttack Rules(
        Tensor original, PerturbationContext context, Seed seed, IProgress<PerturbationProgress>? progress, CancellationToken cancellationToken) =>
        options.TargetWeight > 0 ? TargetTerm.Rules(context, original, options.TargetWeight, options.CompatNegTimestep) : new SurrogateAttack();

    /// <inheritdoc/>
    protected override Tensor Perturb(
        Tensor original, PerturbationContext context, Seed seed, IProgress<PerturbationProgress>? progress, CancellationToken cancellationToken)
    {
        var contexts = Members(context, options.Models);
        var work = options with { Models = contexts.Count };
        var meter = new TurnProgress(progress, work.TotalPgdSteps, work.TotalTrainSteps);
        var members = new List<Member>();
        try
        {
            foreach (var (model, i) in contexts.Select((m, i) => (m, i)))
            {
                var own = MemberSeed(seed, i);
                members.Add(new Member(options, model, original, Rules(original, model, own.For("rules"), progress, cancellationToken), own, cancellationToken));
            }
            var current = original.alias();
            for (var turn = 0; turn < options.Turns; turn++)
            {
                var results = members.Select(m => m.Turn(original, current, turn, meter, cancellationToken)).ToList();
                current.Dispose();
                current = Mean(results);
                foreach (var result in results) result.Dispose();
            }
            return current;
        }
        finally
        {
            foreach (var member in members) member.Dispose();
        }
    }

    /// <summary>One attacked model with its two surrogates.</summary>
    private sealed class Member : IDisposable
    {
        private readonly AsplOptions options;
        private readonly SurrogateAttack rules;
        private readonly SurrogateSetup setup;
        private readonly Surrogate running, lookahead;
        private readonly Seed seed;

        public Member(AsplOptions options, PerturbationContext context, Tensor original, SurrogateAttack rules, Seed seed, CancellationToken cancellationToken)
        {
            (this.options, this.rules, this.seed) = (options, rules, seed);
            setup = new SurrogateSetup(context, options.Surrogate, options.Compat, original, seed.For("setup"), cancellationToken);
            running = setup.Open(seed.For("running"));
            lookahead = setup.Open(seed.For("lookahead"));
        }

        public Tensor Turn(Tensor original, Tensor current, int turn, TurnProgress meter, CancellationToken cancellationToken)
        {
            lookahead.CopyWeights(running);
            lookahead.Train(setup.CleanLatents, options.CleanTrainSteps, meter.Trained, cancellationToken);
            var ascent = setup.Context.Ascent(options.Budget, options.StepSize, options.PgdSteps);
            var next = lookahead.Attack(ascent, rules, original, current, seed.For("perturb").For(turn), meter, cancellationToken);
            using var latents = setup.Encode(next, seed.For("see").For(turn), cancellationToken);
            running.Train(latents, options.PerturbedTrainSteps, meter.Trained, cancellationToken);
            return next;
        }

        public void Dispose()
        {
            running.Dispose();
            lookahead.Dispose();
            setup.Dispose();
        }
    }
}
