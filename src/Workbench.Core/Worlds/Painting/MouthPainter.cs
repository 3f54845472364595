using SkiaSharp;

namespace Workbench.Worlds.Painting;

/// <summary>Draws the mouth in its expression.</summary>
internal static class MouthPainter
{
    public static void Paint(Easel easel, FaceGeometry face)
    {
        var who = face.Who;
        var amount = face.Photo.ExpressionAmount;
        float x = face.MouthX, y = face.MouthY, w = who.MouthWidth, f = who.MouthFullness;
        var natural = Palette.Mix(Palette.Darker(face.Skin, 0.74f), new SKColor(196, 84, 84), 0.45f);
        var lip = Palette.Mix(natural, new SKColor(206, 28, 58), who.LipTone);
        var line = Palette.Darker(lip, 0.5f);
        switch (face.Photo.Expression)
        {
            case Expression.OpenMouth:
                var open = 1.6f + 2.2f * amount;
                easel.Oval(x, y + 0.6f, w * 0.72f + f * 0.4f, open + f * 0.55f, lip);
                easel.Oval(x, y + 0.6f, w * 0.72f - f * 0.3f, open - f * 0.15f, new SKColor(70, 20, 26));
                easel.Oval(x, y + 0.6f + open * 0.55f, w * 0.4f, open * 0.4f, new SKColor(212, 96, 100));
                easel.Rect(x - w * 0.38f, y + 0.7f - open, w * 0.76f, 1.1f, new SKColor(250, 248, 242));
                break;
            case Expression.Smile:
                w *= 1f + 0.18f * amount;
                Lips(easel, x, y, w, f, -2.1f * amount, 1.5f * amount, lip);
                if (amount > 0.7f)
                {
                    // A broad smile shows teeth.
                    var p = easel.Begin();
                    p.MoveTo(x - w * 0.8f, y - 1.2f * amount);
                    p.QuadTo(x, y + 1.6f, x + w * 0.8f, y - 1.2f * amount);
                    p.QuadTo(x, y + 4.2f * amount, x - w * 0.8f, y - 1.2f * amount);
                    p.Close();
                    easel.Fill(new SKColor(250, 248, 242));
                }
                Between(easel, x, y, w, -2.1f * amount, 1.5f * amount, line);
                break;
            default:
                // At rest the corners turn up a little, or every face looks cross.
                var bend = face.Photo.Expression == Expression.Sad ? 1.9f * amount : -0.55f;
                Lips(easel, x, y, w, f, bend, -bend * 0.6f, lip);
                Between(easel, x, y, w, bend, -bend * 0.6f, line);
                break;
        }
    }

    private static void Lips(Easel easel, float x, float y, float w, float f, float corner, float middle, SKColor lip)
    {
        var p = easel.Begin();
        p.MoveTo(x - w, y + corner);
        p.QuadTo(x - w * 0.45f, y + middle - f * 0.95f, x, y + middle - f * 0.5f);
        p.QuadTo(x + w * 0.45f, y + middle - f * 0.95f, x + w, y + corner);
        p.CubicTo(x + w * 0.5f, y + middle + f * 1.75f, x - w * 0.5f, y + middle + f * 1.75f, x - w, y + corner);
        p.Close();
        easel.Fill(lip);
    }

    private static void Between(Easel easel, float x, float y, float w, float corner, float middle, SKColor line)
    {
        var p = easel.Begin();
        p.MoveTo(x - w, y + corner);
        p.QuadTo(x, y + middle * 1.4f, x + w, y + corner);
        easel.Stroke(0.75f, line);
    }
}
