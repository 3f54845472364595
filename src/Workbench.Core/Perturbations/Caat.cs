using TorchSharp;
using Workbench.Personalization;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>
/// CAAT (Xu et al. 2024): pixels climb the diffusion loss while the cross-attention's keys and values descend it, both from the same backward
/// pass. No surrogate is trained beforehand.
/// </summary>
/// <remarks>Prior preservation, an option of the reference, is left out: its class pictures have no pixels to move.</remarks>
/// <param name="options">The settings.</param>
public sealed class Caat(CaatOptions options) : Perturbation("caat", options)
{
    private readonly CaatOptions options = options;

    /// <inheritdoc/>
    protected override Tensor Perturb(
        Tensor original, PerturbationContext context, Seed seed, IProgress<PerturbationProgress>? progress, CancellationToken cancellationToken)
    {
        var pipeline = context.Pipeline;
        using var unet = ModuleCopy.Of(pipeline.UNet);
        using var frozen = new FrozenModules(pipeline.Vae, pipeline.TextEncoder, unet);
        using var learner = new KeysAndValues(unet, options.LearningRate);
        var attacked = context.Objective();
        // The copy that is trained computes in float32, whatever the model does.
        var objective = attacked with { UNet = unet, TextStates = attacked.TextStates.to(ScalarType.Float32) };
        var ascent = context.Ascent(Budget, options.StepSize, options.Steps);
        ascent = ascent with { Transform = RandomTransforms.Then(ascent.Transform, RandomTransforms.HorizontalFlip), Companion = learner };
        return ascent.Run(original, original, objective.Evaluate, seed, progress, cancellationToken);
    }

    /// <summary>Trains <c>to_k</c> and <c>to_v</c> of every cross-attention.</summary>
    private sealed class KeysAndValues : IGradientCompanion, IDisposable
    {
        private readonly TorchSharp.Modules.Parameter[] parameters;
        private readonly AdamW optimizer;

        public KeysAndValues(nn.Module unet, double learningRate)
        {
            var named = unet.named_parameters().Where(p => p.name.Contains(".attn2.to_k.", StringComparison.Ordinal) || p.name.Contains(".attn2.to_v.", StringComparison.Ordinal)).ToArray();
            if (named.Length == 0) throw new ArgumentException("CAAT trains the cross-attention's keys and values, and this UNet has no cross-attention.", nameof(unet));
            parameters = [.. named.Select(p => p.parameter)];
            foreach (var parameter in parameters) parameter.requires_grad = true;
            optimizer = new AdamW(named, new AdamWOptions { LearningRate = learningRate });
        }

        public IReadOnlyList<Tensor> Parameters => parameters;

        public void Learn(IReadOnlyList<Tensor> gradients)
        {
            optimizer.ZeroGrad();
            foreach (var (parameter, gradient) in parameters.Zip(gradients)) parameter.grad = gradient.alias();
            optimizer.Step();
            optimizer.ZeroGrad();
        }

        public void Dispose() => optimizer.Dispose();
    }
}

/// <summary>Settings of <see cref="Caat"/>.</summary>
public sealed record CaatOptions : IPerturbationOptions
{
    /// <summary>The bound; the paper's 11/255 (CAAT's own is 6.375/255).</summary>
    public LinfBudget Budget { get; init; } = LinfBudget.Of255(11);

    /// <summary>Step size; a tenth of the bound.</summary>
    public LinfBudget StepSize { get; init; } = LinfBudget.Of255(1.1);

    /// <summary>Gradient steps.</summary>
    public int Steps { get; init; } = 250;

    /// <summary>Learning rate of the keys and values.</summary>
    public double LearningRate { get; init; } = 1e-5;

    /// <summary>The paper's budget with CAAT's numbers.</summary>
    public static CaatOptions Paper { get; } = new();

    /// <summary>The mini world: fewer steps, and the larger learning rate that small models need.</summary>
    public static CaatOptions MiniWorld { get; } = new() { Steps = 100, LearningRate = 3e-4 };

    /// <summary>Seconds on a CPU.</summary>
    public static CaatOptions Smoke { get; } = new() { Steps = 4, StepSize = LinfBudget.Of255(5.5), LearningRate = 3e-4 };

    /// <summary>These settings with another budget, the step size scaled along.</summary>
    public CaatOptions WithBudget(LinfBudget budget) =>
        this with { StepSize = LinfBudget.Of255(StepSize.Levels * budget.Levels / Budget.Levels), Budget = budget };

    /// <inheritdoc/>
    public void Validate() => ArgumentOutOfRangeException.ThrowIfLessThan(Steps, 1);
}
