namespace Workbench.Schedulers;

/// <summary>What a diffusion network's output stands for.</summary>
public enum PredictionType
{
    /// <summary>The noise ε that was added (Stable Diffusion 1.x, 2.1-base).</summary>
    Epsilon,

    /// <summary>The velocity v = √ᾱ·ε − √(1−ᾱ)·x0 (Stable Diffusion 2.1 at 768 pixels).</summary>
    VPrediction,

    /// <summary>The clean sample x0 itself.</summary>
    Sample,
}
