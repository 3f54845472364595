using SkiaSharp;

namespace Workbench.Worlds.Painting;

/// <summary>Draws beards in the order in which the face needs them.</summary>
internal static class BeardPainter
{
    /// <summary>The full beard, clipped to the outline of the face.</summary>
    public static void Cheeks(Easel easel, FaceGeometry face)
    {
        if (face.Who.Beard != BeardStyle.Full) return;
        float w = face.Width, x = face.MouthX, y = face.MouthY, mw = face.Who.MouthWidth;
        var p = easel.Begin();
        p.MoveTo(-w - 2, face.EyeY + 3);
        p.LineTo(-w + 1.8f, face.EyeY + 4);
        p.QuadTo(-w * 0.72f, y - 1.5f, x - mw * 0.8f, y - 2.6f);
        p.QuadTo(x, y - 3.8f, x + mw * 0.8f, y - 2.6f);
        p.QuadTo(w * 0.72f, y - 1.5f, w - 1.8f, face.EyeY + 4);
        p.LineTo(w + 2, face.EyeY + 3);
        p.LineTo(w + 2, face.Height + 4);
        p.LineTo(-w - 2, face.Height + 4);
        p.Close();
        easel.Fill(Palette.Hair(face.Who.BeardColor));
    }

    /// <summary>The chin of a goatee.</summary>
    public static void UnderMouth(Easel easel, FaceGeometry face)
    {
        if (face.Who.Beard != BeardStyle.Goatee) return;
        var color = Palette.Hair(face.Who.BeardColor);
        var y = (face.MouthY + face.Height) / 2 + 1.2f;
        easel.Oval(face.MouthX * 0.8f, y, face.Who.MouthWidth * 0.62f + 1f, (face.Height - face.MouthY) / 2 + 1f, color);
    }

    /// <summary>The moustache of any beard.</summary>
    public static void Moustache(Easel easel, FaceGeometry face)
    {
        if (face.Who.Beard == BeardStyle.None) return;
        var color = Palette.Hair(face.Who.BeardColor);
        float x = face.MouthX, w = face.Who.MouthWidth + 1.2f;
        var y = face.MouthY - 1.5f - face.Who.MouthFullness * 0.35f;
        var lift = face.Photo.Expression == Expression.OpenMouth ? 1.4f + face.Photo.ExpressionAmount : 0f;
        y -= lift;
        var thick = face.Who.Beard == BeardStyle.Moustache ? 1.25f : 0.95f;
        var p = easel.Begin();
        p.MoveTo(x, y - 1.1f * thick);
        p.QuadTo(x + w * 0.55f, y - 1.5f * thick, x + w, y + 1.7f);
        p.QuadTo(x + w * 0.4f, y + 1.3f * thick, x, y + 0.7f);
        p.QuadTo(x - w * 0.4f, y + 1.3f * thick, x - w, y + 1.7f);
        p.QuadTo(x - w * 0.55f, y - 1.5f * thick, x, y - 1.1f * thick);
        p.Close();
        easel.Fill(color);
    }
}
