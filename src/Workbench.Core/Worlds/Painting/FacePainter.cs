using SkiaSharp;

namespace Workbench.Worlds.Painting;

/// <summary>Draws the head and the features that tell who it is: ears, skin, beard, nose, mouth, eyes, brows.</summary>
internal static class FacePainter
{
    public static void Paint(Easel easel, FaceGeometry face)
    {
        var who = face.Who;
        foreach (var side in (ReadOnlySpan<int>)[-1, 1])
        {
            var x = side * (face.Width + 0.6f) - face.ShiftX * 0.25f;
            easel.Oval(x, face.EyeY + 2.6f, 2.3f * who.EarSize, 3.4f * who.EarSize, face.Skin);
            easel.Oval(x, face.EyeY + 2.6f, 1.2f * who.EarSize, 2f * who.EarSize, face.SkinShade);
        }
        using var outline = face.Outline(easel);
        easel.Fill(outline, face.Skin);
        easel.Stroke(outline, 0.7f, face.SkinShade);

        easel.Canvas.Save();
        easel.Canvas.ClipPath(outline, antialias: true);
        Skin(easel, face);
        BeardPainter.Cheeks(easel, face);
        easel.Canvas.Restore();

        Nose(easel, face);
        BeardPainter.UnderMouth(easel, face);
        MouthPainter.Paint(easel, face);
        BeardPainter.Moustache(easel, face);
        EyePainter.Eye(easel, face, -1);
        EyePainter.Eye(easel, face, 1);
        EyePainter.Brow(easel, face, -1);
        EyePainter.Brow(easel, face, 1);
        if (who.Mole)
            easel.Circle(face.ShiftX + who.MoleX * face.Width, face.EyeY + 3 + who.MoleY * 12f, 0.95f, Palette.Darker(face.Skin, 0.32f));
    }

    private static void Skin(Easel easel, FaceGeometry face)
    {
        var who = face.Who;
        // A turned head is darker on the far side.
        if (Math.Abs(face.Photo.Yaw) > 0.1f)
        {
            var side = face.Photo.Yaw > 0 ? 1 : -1;
            easel.Oval(side * (face.Width + 4f - Math.Abs(face.ShiftX) * 0.8f), 2, 6, face.Height, face.SkinShade.WithAlpha(90));
        }
        var cheek = new SKColor(232, 84, 84).WithAlpha((byte)(80 * who.Blush));
        foreach (var side in (ReadOnlySpan<int>)[-1, 1])
        {
            float x = face.ShiftX + side * face.Width * 0.58f, y = face.EyeY + 6.6f;
            if (who.Blush > 0) easel.Oval(x, y, 3.4f, 2.4f, cheek);
            if (who.Freckles <= 0) continue;
            var dot = Palette.Darker(face.Skin, 0.6f).WithAlpha((byte)(110 + 110 * who.Freckles));
            var inner = x - side * 1.4f;
            easel.Circle(inner - 2.2f, y - 1.6f, 0.55f, dot);
            easel.Circle(inner, y - 0.9f, 0.6f, dot);
            easel.Circle(inner + 2.2f, y - 1.7f, 0.55f, dot);
            easel.Circle(inner - 1.2f, y + 0.9f, 0.5f, dot);
            easel.Circle(inner + 1.3f, y + 0.8f, 0.55f, dot);
        }
    }

    private static void Nose(Easel easel, FaceGeometry face)
    {
        var who = face.Who;
        float x = face.NoseX, y = face.NoseY, w = who.NoseWidth;
        var line = Palette.Darker(face.Skin, 0.62f);
        if (who.NoseBridge > 0.25f)
        {
            // The bridge: a shaded side whose strength is its own trait.
            var top = face.EyeY - 0.5f;
            var p = easel.Begin();
            p.MoveTo(face.ShiftX + 0.6f, top);
            p.QuadTo(x + 0.4f, (top + y) / 2, x + w * 0.95f, y);
            p.LineTo(x - w * 0.2f, y + 0.3f);
            p.Close();
            easel.Fill(face.SkinShade.WithAlpha((byte)(40 + 150 * (who.NoseBridge - 0.25f))));
        }
        easel.Oval(x, y - 0.4f, w * 0.85f, 1.5f + w * 0.18f, Palette.Mix(face.Skin, new SKColor(236, 120, 96), 0.16f));
        var u = easel.Begin();
        u.MoveTo(x - w, y - 0.5f);
        u.QuadTo(x - w * 0.9f, y + 1.3f, x - w * 0.3f, y + 0.9f);
        u.QuadTo(x, y + 1.7f, x + w * 0.3f, y + 0.9f);
        u.QuadTo(x + w * 0.9f, y + 1.3f, x + w, y - 0.5f);
        easel.Stroke(0.85f, line);
        easel.Circle(x, y - 1.2f, 0.7f, Palette.Lighter(face.Skin, 0.4f).WithAlpha(150));
    }
}
