using SkiaSharp;

namespace Workbench.Worlds.Painting;

/// <summary>Draws cats.</summary>
internal static class CatPainter
{
    public static void Sitting(Easel easel, SKColor fur, SKColor eyes)
    {
        var shade = Palette.Edge(fur);
        var tail = easel.Begin();
        tail.MoveTo(9, 22);
        tail.CubicTo(26, 24, 24, 8, 19, 2);
        easel.Stroke(4.4f, fur);
        easel.Oval(0, 12, 12.5f, 15, fur);
        easel.Oval(0, 14, 6, 9, Palette.Lighter(fur, 0.3f));
        easel.Oval(-6, 25, 5, 3.2f, fur);
        easel.Oval(6, 25, 5, 3.2f, fur);
        easel.Line(-2.4f, 17, -2.4f, 26, 0.9f, shade);
        easel.Line(2.4f, 17, 2.4f, 26, 0.9f, shade);
        easel.Canvas.Save();
        easel.Canvas.Translate(0, -9);
        easel.Canvas.Scale(0.62f);
        Head(easel, fur, eyes);
        easel.Canvas.Restore();
    }

    public static void CloseUp(Easel easel, SKColor fur, SKColor eyes)
    {
        easel.Oval(0, 30, 21, 16, fur);
        easel.Canvas.Save();
        easel.Canvas.Translate(0, -4);
        easel.Canvas.Scale(1.08f);
        Head(easel, fur, eyes);
        easel.Canvas.Restore();
    }

    private static void Head(Easel easel, SKColor fur, SKColor eyes)
    {
        var shade = Palette.Edge(fur);
        foreach (var side in (ReadOnlySpan<int>)[-1, 1])
        {
            easel.Polygon([new(side * 18, -2), new(side * 17, -24), new(side * 3, -13)], fur);
            easel.Polygon([new(side * 15, -8), new(side * 15, -19), new(side * 7.5f, -13)], new SKColor(240, 160, 170));
        }
        easel.Oval(0, 0, 19, 16, fur);
        for (var i = -1; i <= 1; i++) easel.Line(i * 4.2f, -15, i * 3f, -9, 1.7f, shade);
        foreach (var side in (ReadOnlySpan<int>)[-1, 1])
        {
            easel.Oval(side * 8, -2, 4.6f, 4.2f, shade);
            easel.Oval(side * 8, -2, 4f, 3.7f, eyes);
            easel.Oval(side * 8, -2, 1.1f, 3.3f, new SKColor(12, 12, 14));
            easel.Circle(side * 8 - 1.2f, -3.4f, 0.8f, SKColors.White);
        }
        easel.Oval(-3.4f, 8, 4.6f, 3.6f, Palette.Lighter(fur, 0.45f));
        easel.Oval(3.4f, 8, 4.6f, 3.6f, Palette.Lighter(fur, 0.45f));
        easel.Polygon([new(-2.4f, 3.6f), new(2.4f, 3.6f), new(0, 6.4f)], new SKColor(228, 116, 130));
        foreach (var side in (ReadOnlySpan<int>)[-1, 1])
        {
            var whisker = Palette.Mix(shade, SKColors.White, 0.5f);
            easel.Line(side * 7, 6.6f, side * 22, 4, 0.7f, whisker);
            easel.Line(side * 7, 8.6f, side * 22, 9.6f, 0.7f, whisker);
        }
    }
}
