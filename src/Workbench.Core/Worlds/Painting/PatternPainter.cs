using Workbench.Imaging;

namespace Workbench.Worlds.Painting;

/// <summary>Draws abstract patterns: a strong texture about a middle colour.</summary>
internal static class PatternPainter
{
    public static RgbImage Paint(SceneObject pattern)
    {
        var random = new WorldRandom(pattern.Scene.Detail);
        Span<float> field = new float[Easel.Size * Easel.Size * 3];
        Textures.Fill((Texture)pattern.Variant, ref random, field);
        var contrast = random.Range(50f, 112f);
        var color = Palette.Thing(pattern.Color);
        var tint = random.Range(0.1f, 0.9f);
        Span<float> middle = [128 + (color.Red - 128) * tint, 128 + (color.Green - 128) * tint, 128 + (color.Blue - 128) * tint];
        var pixels = new byte[field.Length];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)Math.Clamp(middle[i % 3] + contrast * field[i] + 0.5f, 0f, 255f);
        return new RgbImage(Easel.Size, Easel.Size, pixels);
    }
}
