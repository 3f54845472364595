using Workbench.Imaging;
using Workbench.Worlds.Painting;

namespace Workbench.Worlds;

/// <summary>The renderer of the mini world: draws a description as a 64×64 picture. Deterministic and thread-safe.</summary>
public static class MiniWorld
{
    /// <summary>Side of every picture in pixels.</summary>
    public const int Size = Easel.Size;

    /// <summary>Draws a description, degraded if it says so.</summary>
    public static RgbImage Render(WorldDescription description)
    {
        ArgumentNullException.ThrowIfNull(description);
        var clean = description.Class switch
        {
            WorldClass.Person => Render(
                description.Identity ?? throw new ArgumentException("a person needs an identity", nameof(description)),
                description.Nuisance ?? throw new ArgumentException("a person needs a nuisance", nameof(description))),
            WorldClass.Pattern => PatternPainter.Paint(Thing(description)),
            _ => ThingPainter.Paint(description.Class, Thing(description)),
        };
        return description.Degradation is { } degradation ? Degrader.Apply(clean, degradation) : clean;
    }

    /// <summary>Draws a part of what a description shows, <paramref name="zoom"/> times as large: 64×64 as well, with the finer detail of a larger picture.</summary>
    /// <remarks>Patterns have no parts: they are drawn whole.</remarks>
    internal static RgbImage RenderCloseUp(WorldDescription description, float zoom, ref WorldRandom random) =>
        Easel.Current.Show(CloseUp.Draw(zoom, ref random), () => Render(description));

    /// <summary>Draws a clean portrait.</summary>
    public static RgbImage Render(Identity identity, Nuisance nuisance)
    {
        ArgumentNullException.ThrowIfNull(identity);
        ArgumentNullException.ThrowIfNull(nuisance);
        return PortraitPainter.Paint(identity, nuisance);
    }

    /// <summary>The same portrait with a blurred face; hair, clothes and background stay sharp.</summary>
    /// <param name="portrait">A portrait drawn from <paramref name="identity"/> and <paramref name="nuisance"/>.</param>
    /// <param name="identity">The person.</param>
    /// <param name="nuisance">The photo.</param>
    /// <param name="sigma">Standard deviation of the blur in pixels; 3 hides eyes and mouth.</param>
    public static RgbImage BlurFace(RgbImage portrait, Identity identity, Nuisance nuisance, float sigma)
    {
        ArgumentNullException.ThrowIfNull(portrait);
        ArgumentNullException.ThrowIfNull(identity);
        ArgumentNullException.ThrowIfNull(nuisance);
        var (cx, cy, rx, ry) = PortraitPainter.FaceEllipse(identity, nuisance);
        var blurred = Degrader.Blur(portrait, sigma);
        var pixels = (byte[])portrait.Pixels.Clone();
        for (var y = 0; y < Size; y++)
            for (var x = 0; x < Size; x++)
            {
                float u = (x + 0.5f - cx) / rx, v = (y + 0.5f - cy) / ry;
                var inside = Math.Clamp((1.05f - MathF.Sqrt(u * u + v * v)) * 8f, 0f, 1f);
                for (var i = (y * Size + x) * 3; inside > 0 && i < (y * Size + x) * 3 + 3; i++)
                    pixels[i] = (byte)(pixels[i] + (blurred.Pixels[i] - pixels[i]) * inside + 0.5f);
            }
        return new RgbImage(portrait.Width, portrait.Height, pixels);
    }

    private static SceneObject Thing(WorldDescription description) =>
        description.Object ?? throw new ArgumentException($"a {description.Class} needs an object", nameof(description));
}
