using SkiaSharp;

namespace Workbench.Worlds.Painting;

/// <summary>Draws eyes and brows, the features that carry most of the identity.</summary>
internal static class EyePainter
{
    public static void Eye(Easel easel, FaceGeometry face, int side)
    {
        var who = face.Who;
        var canvas = easel.Canvas;
        float w = face.EyeWidth(side), open = 1f - face.Photo.Blink, h = MathF.Max(0.5f, who.EyeSize * who.EyeRoundness * open);
        canvas.Save();
        canvas.Translate(face.EyeX(side), face.EyeY);
        canvas.RotateRadians(-side * who.EyeTilt);
        var lid = 0.8f + 0.45f * who.Lashes;
        if (open < 0.2f)
        {
            var closed = easel.Begin();
            closed.MoveTo(-w, 0);
            closed.QuadTo(0, 2.4f, w, 0);
            easel.Stroke(lid, face.Ink);
        }
        else
        {
            Ball(easel, face, w, h);
            var top = easel.Begin();
            top.MoveTo(-w - 0.2f, 0.2f);
            top.CubicTo(-w * 0.6f, -h * 1.35f, w * 0.6f, -h * 1.35f, w + 0.2f, 0.2f);
            easel.Stroke(lid, face.Ink);
        }
        if (who.Lashes > 0.45f)
        {
            var length = 0.8f + 1.5f * who.Lashes;
            easel.Line(side * w, 0, side * (w + length), -length * 0.75f, 0.8f, face.Ink);
            easel.Line(side * w * 0.75f, -h * 0.6f, side * (w * 0.75f + length * 0.7f), -h * 0.6f - length, 0.7f, face.Ink);
        }
        canvas.Restore();
    }

    public static void Brow(Easel easel, FaceGeometry face, int side)
    {
        var who = face.Who;
        var length = who.EyeSize * 1.12f;
        var x = face.EyeX(side);
        var raise = face.Photo.Expression == Expression.OpenMouth ? face.Photo.ExpressionAmount : 0f;
        var y = face.EyeY - who.EyeSize * who.EyeRoundness - 2.3f - who.BrowThickness * 0.4f - raise;
        var slope = MathF.Tan(who.BrowAngle) * length;
        var p = easel.Begin();
        p.MoveTo(x - side * length, y + slope);
        p.QuadTo(x + side * length * 0.15f, y - who.BrowArch * 1.5f, x + side * length, y - slope);
        easel.Stroke(who.BrowThickness, Palette.Darker(Palette.Hair(who.BrowColor), 0.85f));
    }

    private static void Ball(Easel easel, FaceGeometry face, float w, float h)
    {
        var who = face.Who;
        var p = easel.Begin();
        p.MoveTo(-w, 0.3f);
        p.CubicTo(-w * 0.6f, -h * 1.35f, w * 0.6f, -h * 1.35f, w, 0.3f);
        p.CubicTo(w * 0.55f, h * 1.2f, -w * 0.55f, h * 1.2f, -w, 0.3f);
        p.Close();
        using var shape = easel.Take();
        easel.Fill(shape, new SKColor(252, 252, 250));
        easel.Stroke(shape, 0.45f, Palette.Darker(face.Skin, 0.6f));
        easel.Canvas.Save();
        easel.Canvas.ClipPath(shape, antialias: true);
        float x = face.Photo.Gaze * w * 0.24f + face.Photo.Yaw * 0.4f, iris = who.EyeSize * 0.62f;
        var color = Palette.Eye(who.EyeColor);
        easel.Circle(x, -0.1f, iris, Palette.Darker(color, 0.6f));
        easel.Circle(x, -0.1f, iris - 0.55f, color);
        easel.Circle(x, -0.1f, iris * 0.42f, new SKColor(16, 12, 14));
        easel.Circle(x - iris * 0.34f, -iris * 0.42f, 0.62f, SKColors.White);
        easel.Canvas.Restore();
    }
}
