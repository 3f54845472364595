using System.Numerics;
using Workbench.Tensors;

namespace Workbench.Worlds;

/// <summary>A small, fast stream of random numbers for drawing and captions (xoshiro256**, Blackman and Vigna 2018; state filled by SplitMix64).</summary>
/// <remarks>A mutable struct: pass it by <c>ref</c>, or the caller sees the same numbers again.</remarks>
public struct WorldRandom
{
    private ulong _a, _b, _c, _d;

    /// <summary>Starts a stream that depends on nothing but <paramref name="seed"/>.</summary>
    public WorldRandom(Seed seed)
    {
        var state = seed.Value;
        _a = Mix(ref state);
        _b = Mix(ref state);
        _c = Mix(ref state);
        _d = Mix(ref state);
    }

    /// <summary>The next 64 random bits.</summary>
    public ulong NextBits()
    {
        var result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        var t = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= t;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>A seed for a stream of its own.</summary>
    public Seed NextSeed() => new(NextBits() >> 1);

    /// <summary>Uniform in [0,1).</summary>
    public float Unit() => (NextBits() >> 40) * (1f / (1 << 24));

    /// <summary>Uniform between <paramref name="low"/> and <paramref name="high"/>.</summary>
    public float Range(float low, float high) => low + (high - low) * Unit();

    /// <summary>Bell-shaped (mean of three uniforms) in (-1,1), standard deviation 1/3.</summary>
    public float Bell() => (Unit() + Unit() + Unit()) * (2f / 3f) - 1f;

    /// <summary>Bell-shaped between <paramref name="low"/> and <paramref name="high"/>.</summary>
    public float BellRange(float low, float high) => (low + high) / 2 + (high - low) / 2 * Bell();

    /// <summary>A whole number in 0..<paramref name="count"/>-1.</summary>
    public int Below(int count) => (int)((NextBits() >> 32) * (ulong)count >> 32);

    /// <summary>True with the given probability.</summary>
    public bool Chance(float probability) => Unit() < probability;

    /// <summary>One of the items, all equally likely.</summary>
    public T Pick<T>(ReadOnlySpan<T> items) => items[Below(items.Length)];

    /// <summary>An index drawn in proportion to the weights.</summary>
    public int Weighted(ReadOnlySpan<float> weights)
    {
        var total = 0f;
        foreach (var w in weights) total += w;
        var u = Unit() * total;
        for (var i = 0; i < weights.Length - 1; i++)
        {
            u -= weights[i];
            if (u < 0) return i;
        }
        return weights.Length - 1;
    }

    private static ulong Mix(ref ulong state)
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
        z = (z ^ z >> 27) * 0x94D049BB133111EB;
        return z ^ z >> 31;
    }
}
