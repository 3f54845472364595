using TorchSharp;
using TorchSharp.Modules;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Personalization;

/// <summary>
/// AdamW (Loshchilov and Hutter 2019, algorithm 2) with float32 master weights: the modules may compute in a lower precision, the
/// weights and both moments stay float32, so that steps far below a weight's rounding step are not lost.
/// </summary>
/// <remarks>
/// Own code rather than <c>torch.optim.AdamW</c>, whose moments cannot be saved under the parameters' names. Same arithmetic: the decay
/// is p ← p·(1 - lr·wd) before the Adam update. A step whose gradient is not finite is left out.
/// </remarks>
public sealed class AdamW : IDisposable
{
    private readonly AdamWOptions options;
    private readonly List<Slot> slots = [];

    private sealed record Slot(string Name, Parameter Parameter, Tensor Master) : IDisposable
    {
        /// <summary>Both moments; null until a step needs them: twice the weights' size, which an optimiser at rest does not hold.</summary>
        public (Tensor First, Tensor Second)? Moments { get; private set; }

        /// <summary>The moments, zero where there are none yet.</summary>
        public (Tensor First, Tensor Second) MakeMoments()
        {
            Moments ??= (zeros_like(Master).DetachFromDisposeScope(), zeros_like(Master).DetachFromDisposeScope());
            return Moments.Value;
        }

        public void ForgetMoments()
        {
            Moments?.First.Dispose();
            Moments?.Second.Dispose();
            Moments = null;
        }

        public void Publish()
        {
            if (!ReferenceEquals(Master, Parameter)) Parameter.copy_(Master);
        }

        public void Dispose()
        {
            if (!ReferenceEquals(Master, Parameter)) Master.Dispose();
            ForgetMoments();
        }
    }

    /// <summary>Optimises every named parameter that requires a gradient.</summary>
    /// <param name="parameters">Names and parameters; float32 ones are their own master.</param>
    /// <param name="options">Step size and the like.</param>
    /// <param name="masterSource">Gives the exact starting weights of parameters in a lower precision; null: their own values.</param>
    public AdamW(IEnumerable<(string Name, Parameter Parameter)> parameters, AdamWOptions options, IReadOnlyDictionary<string, Tensor>? masterSource = null)
    {
        this.options = options;
        using var guard = no_grad();
        foreach (var (name, parameter) in parameters.Where(p => p.Parameter.requires_grad))
        {
            var master = parameter.dtype == ScalarType.Float32 ? parameter
                : (masterSource?[name] ?? parameter).to(ScalarType.Float32, parameter.device, copy: true).DetachFromDisposeScope();
            slots.Add(new Slot(name, parameter, master));
        }
    }

    /// <summary>Steps taken.</summary>
    public int StepCount { get; private set; }

    /// <summary>Forgets all gradients.</summary>
    public void ZeroGrad()
    {
        foreach (var slot in slots) slot.Parameter.grad = null;
    }

    /// <summary>Updates every parameter from its gradient.</summary>
    /// <returns>The global L2 norm of the gradients before clipping.</returns>
    public double Step()
    {
        using var guard = no_grad();
        var norm = GradientNorm();
        if (!double.IsFinite(norm)) return norm;
        StepCount++;
        var scale = options.MaxGradNorm > 0 ? Math.Min(1, options.MaxGradNorm / (norm + 1e-6)) : 1;
        var correction1 = 1 - Math.Pow(options.Beta1, StepCount);
        var correction2 = Math.Sqrt(1 - Math.Pow(options.Beta2, StepCount));
        foreach (var slot in slots)
        {
            using var scope = NewDisposeScope();
            if (slot.Parameter.grad is not { } gradient) continue;
            var g = gradient.to(ScalarType.Float32);
            if (scale < 1) g = g * scale;
            var rate = options.RateOf?.Invoke(slot.Name) ?? options.LearningRate;
            slot.Master.mul_(1 - rate * options.WeightDecay);
            var (first, second) = slot.MakeMoments();
            first.mul_(options.Beta1).add_(g, 1 - options.Beta1);
            second.mul_(options.Beta2).addcmul_(g, g, 1 - options.Beta2);
            var denominator = second.sqrt().div_(correction2).add_(options.Epsilon);
            slot.Master.addcdiv_(first, denominator, -rate / correction1);
            slot.Publish();
        }
        return norm;
    }

    /// <summary>The float32 weight of every parameter, by name; the optimiser's own tensors.</summary>
    public IReadOnlyDictionary<string, Tensor> Masters => slots.ToDictionary(s => s.Name, s => s.Master, StringComparer.Ordinal);

    /// <summary>Weights and, of parameters that took a step, moments, by name: what must be kept to go on exactly; the optimiser's own tensors.</summary>
    public IReadOnlyDictionary<string, Tensor> State()
    {
        var state = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var slot in slots)
        {
            state[$"weight.{slot.Name}"] = slot.Master;
            if (slot.Moments is not { } moments) continue;
            state[$"exp_avg.{slot.Name}"] = moments.First;
            state[$"exp_avg_sq.{slot.Name}"] = moments.Second;
        }
        return state;
    }

    /// <summary>Continues from a saved <see cref="State"/>.</summary>
    /// <param name="read">Gives the tensor of a name, float32 and of the parameter's shape; null where the state holds none, as moments before the first step.</param>
    /// <param name="stepCount">Steps that state had taken.</param>
    /// <exception cref="ArgumentException">The state lacks a weight, or one of a parameter's two moments.</exception>
    public void Restore(Func<string, Tensor?> read, int stepCount)
    {
        using var guard = no_grad();
        foreach (var slot in slots)
        {
            using var scope = NewDisposeScope();
            slot.Master.copy_(read($"weight.{slot.Name}") ?? throw new ArgumentException($"The state holds no weight of {slot.Name}.", nameof(read)));
            slot.Publish();
            var (first, second) = (read($"exp_avg.{slot.Name}"), read($"exp_avg_sq.{slot.Name}"));
            if (first is null != second is null) throw new ArgumentException($"The state holds one moment of {slot.Name} without the other.", nameof(read));
            slot.ForgetMoments();
            if (first is null) continue;
            var moments = slot.MakeMoments();
            moments.First.copy_(first);
            moments.Second.copy_(second!);
        }
        StepCount = stepCount;
    }

    /// <summary>Forgets the moments, whose memory is free until the next step, and the step count; the weights stay.</summary>
    public void Reset()
    {
        foreach (var slot in slots) slot.ForgetMoments();
        StepCount = 0;
    }

    /// <summary>Takes over the weights of an optimiser over like-built modules, and forgets the moments.</summary>
    public void CopyWeights(AdamW other)
    {
        using var guard = no_grad();
        foreach (var (into, from) in slots.Zip(other.slots))
        {
            into.Master.copy_(from.Master);
            into.Publish();
        }
        Reset();
    }

    /// <summary>Frees the moments and the master copies; the parameters stay.</summary>
    public void Dispose()
    {
        foreach (var slot in slots) slot.Dispose();
        slots.Clear();
    }

    private double GradientNorm() => TensorScope.Value(() =>
    {
        // A scope a parameter: float32 copies of all gradients together are as large as the weights.
        var norms = slots.Where(s => s.Parameter.grad is not null).Select(s => TensorScope.Run(() => s.Parameter.grad!.to(ScalarType.Float32).norm())).ToArray();
        return norms.Length == 0 ? 0 : stack(norms).norm().item<float>();
    });
}

/// <summary>Settings of <see cref="AdamW"/>, with PyTorch's defaults.</summary>
public sealed record AdamWOptions
{
    /// <summary>Step size.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Step size of a parameter by its name, where it differs; null: <see cref="LearningRate"/> for all.</summary>
    public Func<string, double?>? RateOf { get; init; }

    /// <summary>Decay of the first moment.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the second moment.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Offset of the denominator.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Decoupled weight decay.</summary>
    public double WeightDecay { get; init; } = 1e-2;

    /// <summary>Limit on the global gradient norm; 0 = none.</summary>
    public double MaxGradNorm { get; init; }

    /// <summary>The optimiser of a DreamBooth run.</summary>
    public static AdamWOptions Of(DreamBoothConfig config) => new()
    {
        LearningRate = config.LearningRate,
        RateOf = name => name.StartsWith("text_encoder.", StringComparison.Ordinal) ? config.TextEncoderLearningRate : null,
        Beta1 = config.AdamBeta1,
        Beta2 = config.AdamBeta2,
        Epsilon = config.AdamEpsilon,
        WeightDecay = config.AdamWeightDecay,
        MaxGradNorm = config.MaxGradNorm,
    };
}
