namespace Workbench.Perturbations;

/// <summary>What the reference code of Anti-DreamBooth and MetaCloak does to its surrogates, and we do not: switches to reproduce it.</summary>
public sealed record SurrogateCompat
{
    /// <summary>Weights are rounded to bfloat16 after every step, in which most steps of 5e-7 vanish; ours keep float32 masters.</summary>
    public bool CompatBf16Surrogate { get; init; }

    /// <summary>Every call trains on the first pictures of the list again (MetaCloak: of the class pictures; the subject's are shuffled); ours go round all of them.</summary>
    public bool CompatIndexOrder { get; init; }

    /// <summary>Gradients are not clipped (the reference clips an iterator that is used up); ours are clipped at 1.</summary>
    public bool CompatNoClip { get; init; }

    /// <summary>All off.</summary>
    public static SurrogateCompat Off { get; } = new();

    /// <summary>All on: the reference code as released.</summary>
    public static SurrogateCompat Released { get; } = new() { CompatBf16Surrogate = true, CompatIndexOrder = true, CompatNoClip = true };
}
