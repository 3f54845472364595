using SkiaSharp;

namespace Workbench.Worlds.Painting;

/// <summary>Where everything of one head lies, about the middle of the face at (0,0), and its colours.</summary>
internal sealed class FaceGeometry
{
    public FaceGeometry(Identity who, Nuisance photo)
    {
        Who = who;
        Photo = photo;
        Width = who.FaceWidth;
        Height = who.FaceHeight;
        ShiftX = photo.Yaw * 2.6f;
        ShiftY = photo.Pitch * 1.6f;
        EyeY = -2.2f + who.EyeHeight + ShiftY;
        NoseX = ShiftX * 1.35f;
        NoseY = EyeY + 2.2f + who.NoseLength;
        MouthX = ShiftX * 1.1f;
        MouthY = MathF.Min(NoseY + 4.4f + who.MouthFullness * 0.4f, Height - 3.4f + ShiftY * 0.4f);
        Skin = Palette.Skin(who.SkinTone, who.SkinWarmth);
        SkinShade = Palette.Darker(Skin, 0.78f);
        Hair = Palette.Hair(who.HairColor);
        HairShade = Palette.Edge(Hair);
        Ink = Palette.Mix(Palette.Darker(Skin, 0.3f), new SKColor(30, 20, 20), 0.5f);
    }

    public Identity Who { get; }
    public Nuisance Photo { get; }
    public float Width { get; }
    public float Height { get; }
    public float ShiftX { get; }
    public float ShiftY { get; }
    public float EyeY { get; }
    public float NoseX { get; }
    public float NoseY { get; }
    public float MouthX { get; }
    public float MouthY { get; }
    public SKColor Skin { get; }
    public SKColor SkinShade { get; }
    public SKColor Hair { get; }
    public SKColor HairShade { get; }
    public SKColor Ink { get; }

    /// <summary>Middle of the eye on the left (-1) or right (1).</summary>
    public float EyeX(int side) => ShiftX + side * Who.EyeSpacing * (1f - 0.1f * Photo.Yaw * side);

    /// <summary>Half the width of that eye: the far eye of a turned head is narrower.</summary>
    public float EyeWidth(int side) => Who.EyeSize * (1f - 0.14f * Photo.Yaw * side);

    /// <summary>Outline of the face.</summary>
    public SKPath Outline(Easel easel)
    {
        float w = Width, h = Height, jaw = w * Who.Jaw, chin = w * Who.Chin;
        var p = easel.Begin();
        p.MoveTo(0, -h);
        p.CubicTo(w * 0.72f, -h, w, -h * 0.62f, w, -h * 0.12f);
        p.CubicTo(w, h * 0.3f, jaw, h * 0.78f, chin, h * 0.97f);
        p.QuadTo(0, h * 1.05f, -chin, h * 0.97f);
        p.CubicTo(-jaw, h * 0.78f, -w, h * 0.3f, -w, -h * 0.12f);
        p.CubicTo(-w, -h * 0.62f, -w * 0.72f, -h, 0, -h);
        p.Close();
        return easel.Take();
    }
}
