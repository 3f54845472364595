using static TorchSharp.torch;

namespace Workbench.Perturbations;

/// <summary>How a method attacks its surrogate: the seams in which the members of Anti-DreamBooth's family differ.</summary>
public sealed record SurrogateAttack
{
    /// <summary>Makes the loss from the surrogate's diffusion objective; default: its training loss.</summary>
    public Func<DiffusionObjective, PixelObjective> Loss { get; init; } = objective => objective.Evaluate;

    /// <summary>Which timesteps are attacked; null: uniform.</summary>
    public TimestepChoice? Timesteps { get; init; }

    /// <summary>Turns the gradient into the direction of a step; null: its sign.</summary>
    public Func<Tensor, Tensor>? Normalize { get; init; }
}
