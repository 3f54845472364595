using SkiaSharp;
using Workbench.Imaging;

namespace Workbench.Worlds.Painting;

/// <summary>Draws a cat, house, flower, tree or car in its scene.</summary>
internal static class ThingPainter
{
    public static RgbImage Paint(WorldClass kind, SceneObject thing)
    {
        var easel = Easel.Current;
        ScenePainter.Paint(easel, thing.Scene);
        var canvas = easel.Canvas;
        canvas.Save();
        canvas.Translate(32 + thing.OffsetX, 36 + thing.OffsetY);
        canvas.Scale(thing.Mirror ? -thing.Scale : thing.Scale, thing.Scale);
        var color = Palette.Thing(thing.Color);
        switch (kind)
        {
            case WorldClass.Cat when thing.Variant == 1:
                CatPainter.CloseUp(easel, color, Palette.Eye(thing.Accent));
                break;
            case WorldClass.Cat:
                CatPainter.Sitting(easel, color, Palette.Eye(thing.Accent));
                break;
            case WorldClass.House:
                House(easel, color, Palette.Thing(thing.Accent), thing.Variant);
                break;
            case WorldClass.Flower:
                Flower(easel, color, thing);
                break;
            case WorldClass.Tree:
                Tree(easel, color, thing);
                break;
            case WorldClass.Car:
                Car(easel, color, thing.Variant);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "ThingPainter draws cat, house, flower, tree and car.");
        }
        canvas.Restore();
        return easel.Develop(thing.Light);
    }

    private static void House(Easel easel, SKColor wall, SKColor roof, int variant)
    {
        var edge = Palette.Edge(wall);
        easel.Rect(9, -24, 5, 12, Palette.Darker(roof, 0.7f));
        easel.Rect(-18, -8, 36, 28, wall);
        easel.Rect(-18, 18, 36, 2, edge);
        var top = easel.Begin();
        if (variant == 0) top.AddPoly([new SKPoint(-22, -7), new SKPoint(0, -27), new SKPoint(22, -7)], close: true);
        else top.AddPoly([new SKPoint(-22, -7), new SKPoint(-13, -22), new SKPoint(13, -22), new SKPoint(22, -7)], close: true);
        using var shape = easel.Take();
        easel.Fill(shape, roof);
        easel.Stroke(shape, 0.9f, Palette.Edge(roof));
        easel.Rect(-4, 5, 9, 15, new SKColor(104, 66, 40));
        easel.Circle(3, 13, 0.9f, new SKColor(240, 220, 120));
        foreach (var x in (ReadOnlySpan<float>)[-14.5f, 8f])
        {
            easel.Rect(x, -2, 7.5f, 8, new SKColor(246, 246, 242));
            easel.Rect(x + 1, -1, 5.5f, 6, new SKColor(150, 204, 240));
            easel.Rect(x + 3.3f, -1, 0.9f, 6, new SKColor(246, 246, 242));
        }
    }

    private static void Flower(Easel easel, SKColor petal, SceneObject thing)
    {
        var stem = new SKColor(58, 130, 54);
        var sway = thing.Color.Warm * 5f;
        var p = easel.Begin();
        p.MoveTo(sway, 28);
        p.QuadTo(-sway, 12, 0, -6);
        easel.Stroke(2.2f, stem);
        easel.Oval(7, 14, 7, 2.8f, stem);
        easel.Oval(-6, 18, 6, 2.6f, Palette.Darker(stem, 0.85f));
        var edge = Palette.Edge(petal);
        if (thing.Variant == 0)
        {
            var count = 5 + (int)((thing.Accent.Light + 1) * 2);
            for (var i = 0; i < count; i++)
            {
                var a = 2 * MathF.PI * i / count + thing.Accent.Warm;
                float x = MathF.Cos(a) * 9.5f, y = -8 + MathF.Sin(a) * 9.5f;
                easel.Circle(x, y, 6.3f, edge);
                easel.Circle(x, y, 5.6f, petal);
            }
            easel.Circle(0, -8, 5.4f, petal == new SKColor(244, 212, 60) ? new SKColor(120, 76, 40) : new SKColor(250, 206, 60));
            easel.Circle(0, -8, 2.6f, new SKColor(180, 120, 40));
        }
        else
        {
            // A tulip.
            var cup = easel.Begin();
            cup.MoveTo(0, 4);
            cup.CubicTo(-16, 2, -13, -14, -11, -22);
            cup.LineTo(-5, -13);
            cup.LineTo(0, -24);
            cup.LineTo(5, -13);
            cup.LineTo(11, -22);
            cup.CubicTo(13, -14, 16, 2, 0, 4);
            cup.Close();
            using var shape = easel.Take();
            easel.Fill(shape, petal);
            easel.Stroke(shape, 0.9f, edge);
            easel.Line(0, -22, 0, 1, 0.8f, edge);
        }
    }

    private static void Tree(Easel easel, SKColor leaf, SceneObject thing)
    {
        if (thing.Variant == 1)
        {
            ScenePainter.Fir(easel, 0, 24, 1.75f, Palette.Darker(leaf, 0.86f));
            return;
        }
        easel.Polygon([new(-3, 26), new(-2, -4), new(2, -4), new(3.4f, 26)], new SKColor(104, 70, 42));
        easel.Line(0, 4, 8, -6, 2, new SKColor(104, 70, 42));
        var shade = Palette.Darker(leaf, 0.78f);
        var wide = 11f + 2f * thing.Accent.Light;
        easel.Circle(-9, -8, wide * 0.85f, shade);
        easel.Circle(9, -7, wide * 0.85f, shade);
        easel.Circle(0, -15, wide, leaf);
        easel.Circle(-7, -10, wide * 0.62f, leaf);
        easel.Circle(8, -10, wide * 0.6f, Palette.Lighter(leaf, 0.12f));
        easel.Circle(-3, -19, wide * 0.4f, Palette.Lighter(leaf, 0.16f));
    }

    private static void Car(Easel easel, SKColor body, int variant)
    {
        easel.Oval(0, 17.5f, 28, 2.6f, new SKColor(20, 20, 24, 90));
        var glass = new SKColor(176, 220, 246);
        var p = easel.Begin();
        if (variant == 0)
        {
            p.MoveTo(-17, 1);
            p.CubicTo(-13, -11, -10, -12, -4, -12);
            p.LineTo(4, -12);
            p.CubicTo(11, -12, 13, -6, 17, 1);
        }
        else
        {
            p.MoveTo(-25, 1);
            p.LineTo(-23, -12);
            p.LineTo(7, -12);
            p.LineTo(15, 1);
        }
        p.Close();
        easel.Fill(body);
        var back = variant == 0 ? -12.5f : -21f;
        easel.Polygon([new(back, -1), new(back + 3.4f, -9), new(-1.5f, -9), new(-1.5f, -1)], glass);
        easel.Polygon([new(1.2f, -1), new(1.2f, -9), new(5.6f, -9), new(11.5f, -1)], glass);
        easel.RoundRect(-27, -1, 54, 14, 5, body);
        easel.Line(-26, 6, 26, 6, 1, Palette.Edge(body));
        easel.Line(0, 0, 0, 11, 0.8f, Palette.Edge(body));
        easel.Circle(24.8f, 3, 2, new SKColor(255, 244, 180));
        easel.Rect(-27, 2, 2, 3.4f, new SKColor(220, 40, 40));
        foreach (var x in (ReadOnlySpan<float>)[-15, 15])
        {
            easel.Circle(x, 13, 6, new SKColor(28, 28, 30));
            easel.Circle(x, 13, 2.8f, new SKColor(190, 192, 196));
        }
    }
}
