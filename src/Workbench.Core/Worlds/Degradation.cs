using Workbench.Tensors;

namespace Workbench.Worlds;

/// <summary>The families of degradation that captions tell apart.</summary>
public enum DegradationKind
{
    /// <summary>Noise without structure; strength is the amplitude in 255ths.</summary>
    Noise,
    /// <summary>A pattern laid over the picture; strength is the amplitude in 255ths.</summary>
    Pattern,
    /// <summary>Blur; strength is the standard deviation in pixels.</summary>
    Blur,
    /// <summary>Sampled down and up again; strength is the factor.</summary>
    LowResolution,
    /// <summary>JPEG artefacts; strength is the quality.</summary>
    Jpeg,
    /// <summary>Low contrast; strength is the remaining contrast.</summary>
    LowContrast,
}

/// <summary>What was done to a picture.</summary>
/// <param name="Kind">The family.</param>
/// <param name="Texture">The texture of noise and patterns.</param>
/// <param name="Strength">How much, in the unit of the family.</param>
/// <param name="Detail">Seed of the noise.</param>
/// <param name="Then">What was done after that, or null.</param>
public sealed record Degradation(DegradationKind Kind, Texture Texture, float Strength, Seed Detail, Degradation? Then = null)
{
    private static ReadOnlySpan<Texture> Noises => [Texture.Gaussian, Texture.Gaussian, Texture.Uniform, Texture.Sign, Texture.Sign, Texture.Grain];

    private static ReadOnlySpan<Texture> Patterns =>
    [
        Texture.Swirls, Texture.Swirls, Texture.Swirls, Texture.RoughSwirls, Texture.RoughSwirls, Texture.Waves, Texture.Waves,
        Texture.Blotches, Texture.Blotches, Texture.Blotches, Texture.Stripes, Texture.Checker, Texture.Plaid,
    ];

    /// <summary>Whether noise or a pattern lies on the picture: what captions call noisy.</summary>
    public bool IsNoisy => Kind is DegradationKind.Noise or DegradationKind.Pattern || Then is { IsNoisy: true };

    /// <summary>
    /// Draws a degradation: 38 % noise and 34 % patterns of 6..40/255 (weak and strong ones equally likely on a log scale; a sixth of them
    /// softened afterwards, as an autoencoder does), the rest blur, low resolution, JPEG and low contrast.
    /// </summary>
    public static Degradation Draw(ref WorldRandom random)
    {
        var kind = (DegradationKind)random.Weighted([38, 34, 9, 7, 7, 5]);
        var amplitude = 6f * MathF.Pow(40f / 6f, random.Unit());
        var detail = random.NextSeed();
        switch (kind)
        {
            case DegradationKind.Noise:
                return new(kind, random.Pick(Noises), amplitude, detail, Soften(ref random, 0.5f));
            case DegradationKind.Pattern:
                return new(kind, random.Pick(Patterns), MathF.Max(8f, amplitude), detail, Soften(ref random, 0.9f));
            default:
                var strength = kind switch
                {
                    DegradationKind.Blur => random.Range(1.1f, 2.8f),
                    DegradationKind.LowResolution => random.Range(2.2f, 5f),
                    DegradationKind.Jpeg => random.Range(6f, 24f),
                    _ => random.Range(0.2f, 0.5f),
                };
                return new(kind, default, strength, detail);
        }
    }

    private static Degradation? Soften(ref WorldRandom random, float limit) => random.Chance(1f / 6f)
        ? new Degradation(DegradationKind.Blur, default, random.Range(0.35f, limit), default)
        : null;
}
