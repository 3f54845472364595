using SkiaSharp;

namespace Workbench.Worlds.Painting;

/// <summary>Draws hair: what falls behind the head, and what lies on it.</summary>
internal static class HairPainter
{
    public static void Back(Easel easel, FaceGeometry face)
    {
        float w = face.Width, h = face.Height, detail = face.Who.HairDetail;
        var hair = Palette.Darker(face.Hair, 0.86f);
        switch (face.Who.HairStyle)
        {
            case HairStyle.Long:
                easel.RoundRect(-w - 4, -h - 3, 2 * w + 8, h + 24 + 7 * detail, w, hair);
                break;
            case HairStyle.Wavy:
                easel.RoundRect(-w - 3, -h - 3, 2 * w + 6, h + 20, w, hair);
                for (var i = 0; i < 5; i++)
                    foreach (var side in (ReadOnlySpan<int>)[-1, 1])
                        easel.Circle(side * (w + 2.2f + i % 2 * 1.6f), -5 + i * 6.2f, 4.2f, hair);
                break;
            case HairStyle.Bob:
                easel.RoundRect(-w - 4, -h - 3, 2 * w + 8, h + 13 + 4 * detail, 7, hair);
                break;
            case HairStyle.Afro:
                easel.Circle(0, -h * 0.38f, w + 5.5f + 2 * detail, hair);
                break;
            case HairStyle.Curly:
                for (var i = 0; i < 11; i++)
                {
                    var a = MathF.PI * (0.86f + 1.28f * i / 10f);
                    easel.Circle(MathF.Cos(a) * (w + 2), -h * 0.3f + MathF.Sin(a) * (h * 0.72f), 4.6f + detail, hair);
                }
                break;
            case HairStyle.Bun when face.Photo.Outfit.Hat is null:
                easel.Circle((detail - 0.5f) * 6, -h - 4.5f, 5.2f, hair);
                break;
        }
    }

    public static void Front(Easel easel, FaceGeometry face)
    {
        float w = face.Width, h = face.Height, detail = face.Who.HairDetail;
        var style = face.Who.HairStyle;
        // A hat presses down what stands up.
        if (face.Photo.Outfit.Hat is not null && style is HairStyle.Spiky or HairStyle.Bun) style = HairStyle.Short;
        var x = face.ShiftX * 0.5f;
        switch (style)
        {
            case HairStyle.Bald:
                break;
            case HairStyle.Short:
                Cap(easel, face, 1.4f, -h * (0.58f + 0.08f * detail), 0.5f, x);
                break;
            case HairStyle.Bun:
                Cap(easel, face, 1.2f, -h * 0.7f, 1.2f, x);
                break;
            case HairStyle.Parted:
                Parted(easel, face, detail < 0.5f ? -1 : 1);
                break;
            case HairStyle.Spiky:
                Spikes(easel, face, x);
                break;
            case HairStyle.Curly:
                for (var i = 0; i < 9; i++)
                {
                    var a = MathF.PI * (1f + i / 8f);
                    easel.Circle(MathF.Cos(a) * w * 0.92f, -h * 0.5f + MathF.Sin(a) * h * 0.48f, 3.9f, i % 2 == 0 ? face.Hair : Palette.Mix(face.Hair, face.HairShade, 0.4f));
                }
                break;
            case HairStyle.Bob:
                Cap(easel, face, 3.2f, -h * 0.5f, 0f, x);
                foreach (var side in (ReadOnlySpan<int>)[-1, 1])
                    easel.RoundRect(side < 0 ? -w - 3.4f : w - 1.4f, -h * 0.55f, 4.8f, h * 0.55f + 10 + 4 * detail, 2.4f, face.Hair);
                break;
            case HairStyle.Afro:
                Cap(easel, face, 3.5f, -h * 0.56f, 0.4f, x);
                break;
            default:
                Curtains(easel, face, x + (detail - 0.5f) * 8f);
                break;
        }
    }

    /// <summary>Hair over the skull down to a hairline.</summary>
    private static void Cap(Easel easel, FaceGeometry face, float thick, float line, float curve, float x)
    {
        float w = face.Width + thick * 0.45f, h = face.Height + thick;
        var p = easel.Begin();
        p.MoveTo(-w, -h * 0.08f);
        p.CubicTo(-w - 0.4f, -h * 0.75f, -w * 0.7f, -h, 0, -h);
        p.CubicTo(w * 0.7f, -h, w + 0.4f, -h * 0.75f, w, -h * 0.08f);
        p.QuadTo(w - 1.6f, line * 0.8f, w * 0.72f, line);
        p.QuadTo(x, line - curve * 4f, -w * 0.72f, line);
        p.QuadTo(-w + 1.6f, line * 0.8f, -w, -h * 0.08f);
        p.Close();
        easel.Fill(face.Hair);
        Shine(easel, face);
    }

    private static void Parted(Easel easel, FaceGeometry face, int side)
    {
        float w = face.Width + 0.9f, h = face.Height + 2.6f, part = side * w * 0.42f;
        var p = easel.Begin();
        p.MoveTo(-w, -h * 0.05f);
        p.CubicTo(-w - 0.5f, -h * 0.8f, -w * 0.7f, -h, 0, -h);
        p.CubicTo(w * 0.7f, -h, w + 0.5f, -h * 0.8f, w, -h * 0.05f);
        p.QuadTo(w * 0.92f, -h * 0.45f, side > 0 ? part + 2 : w * 0.5f, -h * (side > 0 ? 0.72f : 0.5f));
        if (side > 0)
        {
            p.LineTo(part, -h * 0.74f);
            p.QuadTo(-w * 0.35f, -h * 0.42f, -w * 0.86f, -h * 0.42f);
        }
        else
        {
            p.QuadTo(w * 0.2f, -h * 0.52f, part, -h * 0.74f);
            p.LineTo(part - 2, -h * 0.72f);
            p.QuadTo(-w * 0.92f, -h * 0.45f, -w, -h * 0.05f);
        }
        p.Close();
        easel.Fill(face.Hair);
        easel.Line(part, -h * 0.76f, part + side * 0.6f, -h * 0.97f, 0.8f, face.HairShade);
    }

    private static void Spikes(Easel easel, FaceGeometry face, float x)
    {
        float w = face.Width + 0.6f, h = face.Height;
        const int Count = 6;
        var p = easel.Begin();
        p.MoveTo(-w, -h * 0.1f);
        p.LineTo(-w - 0.8f, -h * 0.6f);
        for (var i = 0; i < Count; i++)
        {
            float a = -w + 2 * w * (i + 0.5f) / Count, b = -w + 2 * w * (i + 1f) / Count;
            var lift = 1f - MathF.Pow(a / w, 2);
            p.LineTo(a * 1.12f, -h * 0.78f - 9f * lift - 2f);
            p.LineTo(b * 0.95f, -h * 0.72f - 4.5f * (1f - MathF.Pow(b / w, 2)));
        }
        p.LineTo(w + 0.8f, -h * 0.6f);
        p.LineTo(w, -h * 0.1f);
        p.QuadTo(w - 1.5f, -h * 0.5f, w * 0.7f, -h * 0.58f);
        p.LineTo(w * 0.35f + x, -h * 0.5f);
        p.LineTo(x, -h * 0.62f);
        p.LineTo(-w * 0.35f + x, -h * 0.5f);
        p.LineTo(-w * 0.7f, -h * 0.58f);
        p.QuadTo(-w + 1.5f, -h * 0.5f, -w, -h * 0.1f);
        p.Close();
        easel.Fill(face.Hair);
    }

    /// <summary>Long hair falling to both sides of a parting at x.</summary>
    private static void Curtains(Easel easel, FaceGeometry face, float x)
    {
        float w = face.Width + 3f, h = face.Height + 3f;
        foreach (var side in (ReadOnlySpan<int>)[-1, 1])
        {
            var p = easel.Begin();
            p.MoveTo(x, -h * 0.72f);
            p.LineTo(x, -h);
            p.CubicTo(side * w * 0.75f, -h * 1.02f, side * w, -h * 0.7f, side * w, 0);
            p.LineTo(side * (w + 0.6f), 9);
            p.QuadTo(side * (w - 4.4f), 4, side * (w - 4f), -h * 0.2f);
            p.QuadTo(side * w * 0.55f, -h * 0.48f, x, -h * 0.72f);
            p.Close();
            easel.Fill(face.Hair);
        }
        easel.Line(x, -h * 0.72f, x, -h * 0.97f, 0.7f, face.HairShade);
        Shine(easel, face);
    }

    private static void Shine(Easel easel, FaceGeometry face)
    {
        var p = easel.Begin();
        p.MoveTo(-face.Width * 0.62f, -face.Height * 0.74f);
        p.QuadTo(-face.Width * 0.35f, -face.Height * 0.97f, face.Width * 0.1f, -face.Height * 0.98f);
        easel.Stroke(1.1f, Palette.Lighter(face.Hair, 0.3f).WithAlpha(150));
    }
}
