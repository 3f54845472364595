using MathNet.Numerics.Distributions;

namespace Workbench.Worlds;

/// <summary>Computes textures as fields of numbers about zero, mostly within [-1,1], one for each byte of a 64×64 RGB picture.</summary>
internal static class Textures
{
    public const int Count = (int)Texture.Blobs + 1;
    public const int Side = 64;
    private const int SineSteps = 4096;

    private static readonly float[] s_sine = [.. Enumerable.Range(0, SineSteps).Select(i => MathF.Sin(2 * MathF.PI * i / SineSteps))];
    private static readonly float[] s_normal = [.. Enumerable.Range(0, 4096).Select(i => (float)Normal.InvCDF(0, 1, (i + 0.5) / 4096))];

    /// <summary>Fills <paramref name="field"/> (64·64·3 numbers, HWC).</summary>
    public static void Fill(Texture texture, ref WorldRandom random, Span<float> field)
    {
        switch (texture)
        {
            case Texture.Gaussian:
                for (var i = 0; i < field.Length; i++) field[i] = Gauss(ref random);
                break;
            case Texture.Uniform:
                for (var i = 0; i < field.Length; i++) field[i] = random.Range(-1, 1);
                break;
            case Texture.Sign:
                for (var i = 0; i < field.Length; i++) field[i] = (random.NextBits() & 1UL << 40) == 0 ? -1f : 1f;
                break;
            case Texture.Grain:
                for (var i = 0; i < field.Length; i += 3) field[i] = field[i + 1] = field[i + 2] = Gauss(ref random);
                break;
            case Texture.Blotches:
                Blotches(ref random, field);
                break;
            case Texture.Waves:
                Contours(ref random, field, random.Range(5f, 10f), sharp: true, noise: 0f);
                break;
            case Texture.Swirls:
                Contours(ref random, field, random.Range(3f, 9f), sharp: false, noise: 0f);
                break;
            case Texture.RoughSwirls:
                Contours(ref random, field, random.Range(3f, 9f), sharp: false, noise: random.Range(0.2f, 0.5f));
                break;
            case Texture.Stripes:
                Grid(ref random, field, random.Range(0f, MathF.PI), crossed: false, checker: false);
                break;
            case Texture.Checker:
                Grid(ref random, field, random.Chance(0.6f) ? 0f : random.Range(0f, MathF.PI), crossed: true, checker: true);
                break;
            case Texture.Plaid:
                Grid(ref random, field, random.Chance(0.5f) ? 0f : random.Range(0f, MathF.PI), crossed: true, checker: false);
                break;
            case Texture.Blobs:
                field.Clear();
                Lattice(ref random, field, random.Range(11f, 22f), 1f);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(texture), texture, "unknown texture");
        }
    }

    /// <summary>A standard normal number (4096 quantiles).</summary>
    public static float Gauss(ref WorldRandom random) => s_normal[(int)(random.NextBits() >> 52)];

    private static float Sine(float radians) => s_sine[(int)(radians * (SineSteps / (2 * MathF.PI)) + (1 << 20)) & SineSteps - 1];

    private static void Blotches(ref WorldRandom random, Span<float> field)
    {
        field.Clear();
        var octaves = 1 + random.Below(3);
        var step = random.Range(2f, 9f);
        for (var i = 0; i < octaves; i++, step *= 0.5f)
            Lattice(ref random, field, MathF.Max(1.4f, step), octaves == 1 ? 1f : 0.75f);
    }

    /// <summary>Adds value noise: random numbers on a lattice, smoothly interpolated.</summary>
    private static void Lattice(ref WorldRandom random, Span<float> field, float step, float amplitude)
    {
        var nodes = (int)(Side / step) + 3;
        Span<float> grid = nodes * nodes * 3 <= 8192 ? stackalloc float[nodes * nodes * 3] : new float[nodes * nodes * 3];
        for (var i = 0; i < grid.Length; i++) grid[i] = amplitude * random.Range(-1.3f, 1.3f);
        float shiftX = random.Unit(), shiftY = random.Unit();
        for (int y = 0, o = 0; y < Side; y++)
        {
            var v = y / step + shiftY;
            int row = (int)v;
            var fy = Smooth(v - row);
            for (var x = 0; x < Side; x++)
            {
                var u = x / step + shiftX;
                int column = (int)u;
                var fx = Smooth(u - column);
                var a = (row * nodes + column) * 3;
                var b = a + nodes * 3;
                for (var c = 0; c < 3; c++, a++, b++)
                {
                    var top = grid[a] + (grid[a + 3] - grid[a]) * fx;
                    var low = grid[b] + (grid[b + 3] - grid[b]) * fx;
                    field[o++] += top + (low - top) * fy;
                }
            }
        }
    }

    private static float Smooth(float t) => t * t * (3 - 2 * t);

    /// <summary>Contour lines of a smooth random landscape: sine of a sum of warped waves, with a phase of its own for each channel.</summary>
    private static void Contours(ref WorldRandom random, Span<float> field, float depth, bool sharp, float noise)
    {
        const int Waves = 5;
        Span<float> kx = stackalloc float[Waves], ky = stackalloc float[Waves], phase = stackalloc float[Waves];
        Span<float> shift = stackalloc float[3], gain = stackalloc float[3];
        for (var i = 0; i < Waves; i++)
        {
            var angle = random.Range(0, 2 * MathF.PI);
            var frequency = random.Range(0.05f, 0.24f);
            kx[i] = MathF.Cos(angle) * frequency;
            ky[i] = MathF.Sin(angle) * frequency;
            phase[i] = random.Range(0, 2 * MathF.PI);
        }
        var colorful = random.Chance(0.6f);
        for (var c = 0; c < 3; c++)
        {
            shift[c] = colorful ? random.Range(0, 2 * MathF.PI) : 0f;
            gain[c] = colorful ? random.Range(0.5f, 1.1f) : 1f;
        }
        float slopeX = random.Range(-0.25f, 0.25f), slopeY = random.Range(-0.25f, 0.25f);
        for (int y = 0, o = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++)
            {
                var warp = 2.2f * Sine(kx[0] * x + ky[0] * y + phase[0]);
                var land = 0f;
                for (var i = 1; i < Waves; i++) land += Sine(kx[i] * x + ky[i] * y + phase[i] + warp);
                land = land * depth * 0.35f + slopeX * x + slopeY * y;
                for (var c = 0; c < 3; c++)
                {
                    var value = Sine(land + shift[c]) * gain[c];
                    if (sharp) value = Math.Clamp(value * 3f, -1f, 1f);
                    field[o++] = noise > 0 ? value + noise * Gauss(ref random) : value;
                }
            }
        }
    }

    private static void Grid(ref WorldRandom random, Span<float> field, float angle, bool crossed, bool checker)
    {
        float period = random.Range(2.6f, 11f), k = 2 * MathF.PI / period;
        float k2 = checker ? k : k * random.Range(0.6f, 1.6f), offset = random.Range(0, 6.28f), offset2 = random.Range(0, 6.28f);
        float cos = MathF.Cos(angle), sin = MathF.Sin(angle);
        var hard = random.Chance(0.5f);
        Span<float> gain = stackalloc float[3], gain2 = stackalloc float[3];
        var colorful = random.Chance(0.6f);
        for (var c = 0; c < 3; c++)
        {
            gain[c] = colorful ? random.Range(-1f, 1f) : 1f;
            gain2[c] = colorful ? random.Range(-1f, 1f) : 1f;
        }
        // At least one channel must carry the pattern.
        gain[random.Below(3)] = 1f;
        for (int y = 0, o = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++)
            {
                var a = Sine((cos * x + sin * y) * k + offset);
                var b = crossed ? Sine((cos * y - sin * x) * k2 + offset2) : 0f;
                if (hard)
                {
                    a = Math.Clamp(a * 6, -1, 1);
                    b = Math.Clamp(b * 6, -1, 1);
                }
                for (var c = 0; c < 3; c++)
                    field[o++] = checker ? a * b * gain[c] : crossed ? 0.6f * (a * gain[c] + b * gain2[c]) : a * gain[c];
            }
        }
    }
}
