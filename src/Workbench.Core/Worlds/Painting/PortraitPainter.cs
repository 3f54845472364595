using SkiaSharp;
using Workbench.Imaging;

namespace Workbench.Worlds.Painting;

/// <summary>Draws a portrait: scene, hair behind, body, head, features, hair in front, glasses, hat.</summary>
internal static class PortraitPainter
{
    private const float CenterX = 32f, CenterY = 31.5f, Zoom = 1.14f;

    public static RgbImage Paint(Identity who, Nuisance photo)
    {
        var easel = Easel.Current;
        ScenePainter.Paint(easel, photo.Scene);
        var canvas = easel.Canvas;
        canvas.Save();
        canvas.Translate(CenterX + photo.OffsetX, CenterY + photo.OffsetY);
        canvas.Scale(photo.Scale * Zoom);
        var face = new FaceGeometry(who, photo);

        canvas.Save();
        canvas.RotateDegrees(photo.Roll, 0, 16);
        HairPainter.Back(easel, face);
        canvas.Restore();
        OutfitPainter.Body(easel, face);

        canvas.RotateDegrees(photo.Roll, 0, 16);
        FacePainter.Paint(easel, face);
        HairPainter.Front(easel, face);
        if (photo.Outfit.Glasses is { } glasses) OutfitPainter.Glasses(easel, face, glasses);
        if (photo.Outfit.Hat is { } hat) OutfitPainter.Hat(easel, face, hat);
        canvas.Restore();
        return easel.Develop(photo.Light);
    }

    /// <summary>The ellipse of the face in picture pixels: centre and radii.</summary>
    public static (float X, float Y, float RadiusX, float RadiusY) FaceEllipse(Identity who, Nuisance photo)
    {
        var scale = photo.Scale * Zoom;
        var roll = photo.Roll * MathF.PI / 180f;
        // The head turns about (0, 16), so its centre moves sideways.
        var x = 16f * MathF.Sin(roll);
        var y = 16f - 16f * MathF.Cos(roll);
        return (CenterX + photo.OffsetX + x * scale, CenterY + photo.OffsetY + y * scale, who.FaceWidth * scale, who.FaceHeight * scale);
    }
}
