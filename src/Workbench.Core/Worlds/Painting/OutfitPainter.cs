using SkiaSharp;

namespace Workbench.Worlds.Painting;

/// <summary>Draws what is worn: shirt, glasses, hat.</summary>
internal static class OutfitPainter
{
    /// <summary>Neck, shoulders and shirt.</summary>
    public static void Body(Easel easel, FaceGeometry face)
    {
        var outfit = face.Photo.Outfit;
        var neck = face.Width * 0.46f;
        var chin = face.Height;
        var shirt = Palette.Thing(outfit.ShirtColor);
        easel.Rect(-neck, chin - 6, neck * 2, 12, face.SkinShade);
        Shoulders(easel, chin, neck, outfit.ShirtStyle == ShirtStyle.Vee ? 8f : 4f, shirt);
        var edge = Palette.Edge(shirt);
        switch (outfit.ShirtStyle)
        {
            case ShirtStyle.Collar:
                foreach (var side in (ReadOnlySpan<int>)[-1, 1])
                    easel.Polygon([new(side * neck, chin + 0.5f), new(side * (neck + 4), chin + 3), new(side * 2.6f, chin + 8), new(0, chin + 4.5f)], edge);
                easel.Line(0, chin + 6, 0, chin + 20, 0.9f, edge);
                break;
            case ShirtStyle.Jacket:
                easel.Polygon([new(-neck, chin + 0.8f), new(0, chin + 20), new(neck, chin + 0.8f), new(0, chin + 5)], new SKColor(246, 246, 242));
                easel.Line(-neck, chin + 0.8f, 0, chin + 20, 1.3f, edge);
                easel.Line(neck, chin + 0.8f, 0, chin + 20, 1.3f, edge);
                break;
            default:
                var depth = outfit.ShirtStyle == ShirtStyle.Vee ? 8f : 4f;
                var p = easel.Begin();
                p.MoveTo(-neck - 0.4f, chin + 1);
                if (outfit.ShirtStyle == ShirtStyle.Vee) p.LineTo(0, chin + depth);
                else p.QuadTo(0, chin + 2 * depth - 1, neck + 0.4f, chin + 1);
                if (outfit.ShirtStyle == ShirtStyle.Vee) p.LineTo(neck + 0.4f, chin + 1);
                easel.Stroke(1.2f, edge);
                break;
        }
    }

    public static void Glasses(Easel easel, FaceGeometry face, Glasses glasses)
    {
        var frame = Palette.Thing(glasses.Color);
        float y = face.EyeY + 0.3f, ry = MathF.Max(4.1f, face.Who.EyeSize * face.Who.EyeRoundness + 1.6f);
        var glass = new SKColor(210, 232, 255, 44);
        foreach (var side in (ReadOnlySpan<int>)[-1, 1])
        {
            var x = face.EyeX(side);
            var rx = MathF.Max(3.6f, MathF.Min(face.EyeWidth(side) + 1.7f, MathF.Abs(x - face.ShiftX) - 0.7f));
            if (glasses.Round)
            {
                easel.Oval(x, y, rx, ry, glass);
                easel.Ring(x, y, rx, ry, 1.25f, frame);
            }
            else
            {
                easel.RoundRect(x - rx, y - ry, 2 * rx, 2 * ry, 1.2f, glass);
                easel.RoundFrame(x - rx, y - ry, 2 * rx, 2 * ry, 1.2f, 1.35f, frame);
            }
            easel.Line(x + side * rx, y - 1, side * (face.Width + 0.4f), y - 0.6f, 1.1f, frame);
            easel.Line(x - side * rx, y - 0.6f, face.ShiftX, y - 1.1f, 1.1f, frame);
        }
    }

    public static void Hat(Easel easel, FaceGeometry face, Hat hat)
    {
        var color = Palette.Thing(hat.Color);
        var edge = Palette.Edge(color);
        float w = face.Width + 2.4f, line = -face.Height * 0.6f, top = -face.Height - 5.5f, x = face.ShiftX * 0.4f;
        switch (hat.Kind)
        {
            case HatKind.Cap:
                Dome(easel, w, line, top + 1, color);
                easel.Oval(x * 2.5f, line + 0.4f, w * 0.88f, 2.3f, edge);
                easel.Circle(x, top + 1.4f, 1.1f, edge);
                break;
            case HatKind.Beanie:
                Dome(easel, w, line, top, color);
                easel.RoundRect(-w - 0.3f, line - 3.4f, 2 * w + 0.6f, 4.4f, 2f, edge);
                easel.Circle(x, top - 0.2f, 2.4f, edge);
                break;
            default:
                easel.RoundRect(-w * 0.74f, top - 0.5f, w * 1.48f, line - top, 3.2f, color);
                easel.Rect(-w * 0.74f, line - 4.4f, w * 1.48f, 2.8f, edge);
                easel.Oval(0, line - 0.8f, w + 6.5f, 2.7f, color);
                easel.Ring(0, line - 0.8f, w + 6.5f, 2.7f, 0.6f, edge);
                break;
        }
    }

    private static void Shoulders(Easel easel, float chin, float neck, float depth, SKColor shirt)
    {
        var p = easel.Begin();
        p.MoveTo(-32, chin + 24);
        p.CubicTo(-30, chin + 5, -17, chin + 4.5f, -neck, chin + 0.5f);
        if (depth > 6) p.LineTo(0, chin + depth);
        else p.QuadTo(0, chin + 2 * depth - 1, neck, chin + 0.5f);
        if (depth > 6) p.LineTo(neck, chin + 0.5f);
        p.CubicTo(17, chin + 4.5f, 30, chin + 5, 32, chin + 24);
        p.Close();
        easel.Fill(shirt);
    }

    private static void Dome(Easel easel, float w, float line, float top, SKColor color)
    {
        var p = easel.Begin();
        p.MoveTo(-w, line);
        p.CubicTo(-w, top + (line - top) * 0.3f, -w * 0.65f, top, 0, top);
        p.CubicTo(w * 0.65f, top, w, top + (line - top) * 0.3f, w, line);
        p.QuadTo(0, line - 2f, -w, line);
        p.Close();
        easel.Fill(color);
    }
}
