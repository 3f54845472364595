using SkiaSharp;

namespace Workbench.Worlds.Painting;

/// <summary>Draws what lies behind the subject, over the whole canvas.</summary>
internal static class ScenePainter
{
    private static readonly SKColor s_skyTop = new(92, 158, 230), s_skyLow = new(196, 226, 248), s_grass = new(104, 170, 76);

    public static void Paint(Easel easel, Scene scene)
    {
        var r = new WorldRandom(scene.Detail);
        var color = Palette.Thing(scene.Color);
        switch (scene.Backdrop)
        {
            case Backdrop.Plain:
                easel.Clear(Palette.Lighter(color, 0.12f));
                break;
            case Backdrop.Gradient:
                easel.Gradient(r.Range(0, 64), 0, r.Range(0, 64), 64, Palette.Lighter(color, 0.45f), Palette.Darker(color, 0.6f));
                break;
            case Backdrop.Sky:
                easel.Gradient(0, 0, 0, 64, s_skyTop, s_skyLow);
                for (var i = 0; i < 4; i++) Cloud(easel, r.Range(0, 64), r.Range(4, 58), r.Range(3, 6));
                break;
            case Backdrop.Park:
                Park(easel, ref r);
                break;
            case Backdrop.Room:
                Room(easel, color, ref r);
                break;
            case Backdrop.Beach:
                easel.Gradient(0, 0, 0, 40, new SKColor(110, 190, 240), new SKColor(214, 238, 250));
                easel.Rect(0, 30, 64, 14, new SKColor(36, 128, 186));
                easel.Rect(0, 43, 64, 21, new SKColor(238, 214, 158));
                easel.Circle(r.Range(4, 60), r.Range(4, 16), 4.5f, new SKColor(255, 236, 140));
                break;
            case Backdrop.City:
                City(easel, ref r);
                break;
            case Backdrop.Mountains:
                Mountains(easel, ref r);
                break;
            case Backdrop.Night:
                easel.Gradient(0, 0, 0, 64, new SKColor(12, 14, 42), new SKColor(44, 44, 92));
                for (var i = 0; i < 22; i++) easel.Circle(r.Range(0, 64), r.Range(0, 60), r.Range(0.4f, 0.9f), new SKColor(255, 250, 220));
                easel.Circle(r.Chance(0.5f) ? r.Range(4, 14) : r.Range(50, 60), r.Range(6, 16), 5f, new SKColor(250, 244, 206));
                break;
            default:
                easel.Gradient(0, 0, 0, 50, new SKColor(172, 190, 210), new SKColor(226, 232, 240));
                easel.Oval(r.Range(0, 64), 66, 60, 24, new SKColor(248, 250, 254));
                for (var i = 0; i < 3; i++) Fir(easel, r.Range(0, 64), r.Range(44, 52), r.Range(0.6f, 1f), new SKColor(54, 96, 84));
                break;
        }
    }

    /// <summary>A fir with its foot at (x, y).</summary>
    public static void Fir(Easel easel, float x, float y, float size, SKColor color)
    {
        easel.Rect(x - 1.2f * size, y - 4 * size, 2.4f * size, 5 * size, new SKColor(92, 62, 40));
        for (var i = 0; i < 3; i++)
        {
            float top = y - (28 - i * 7) * size, low = y - (15 - i * 6) * size, half = (5 + i * 2.2f) * size;
            easel.Polygon([new(x, top), new(x + half, low), new(x - half, low)], color);
        }
    }

    private static void Cloud(Easel easel, float x, float y, float size)
    {
        var white = new SKColor(252, 253, 255);
        easel.Oval(x, y, size * 1.9f, size * 0.75f, white);
        easel.Circle(x - size * 0.5f, y - size * 0.5f, size * 0.8f, white);
        easel.Circle(x + size * 0.7f, y - size * 0.35f, size * 0.65f, white);
    }

    private static void Park(Easel easel, ref WorldRandom r)
    {
        easel.Gradient(0, 0, 0, 44, s_skyTop, s_skyLow);
        var horizon = r.Range(32, 40);
        easel.Rect(0, horizon, 64, 64 - horizon, s_grass);
        easel.Oval(r.Range(10, 54), horizon + 22, 14, 30, Palette.Lighter(s_grass, 0.14f));
        for (var i = 0; i < 4; i++)
        {
            float x = i * 18 + r.Range(-4, 10), size = r.Range(7, 12);
            easel.Rect(x - 1.3f, horizon - 9, 2.6f, 13, new SKColor(104, 72, 44));
            easel.Circle(x, horizon - 9 - size * 0.6f, size, Palette.Mix(new(48, 118, 52), new(84, 150, 60), r.Unit()));
        }
    }

    private static void Room(Easel easel, SKColor color, ref WorldRandom r)
    {
        easel.Clear(Palette.Lighter(color, 0.55f));
        easel.Rect(0, 48, 64, 16, new SKColor(150, 104, 66));
        easel.Rect(0, 46.4f, 64, 2, new SKColor(246, 244, 238));
        var left = r.Chance(0.5f);
        var x = left ? r.Range(-3, 3) : r.Range(45, 51);
        easel.Rect(x, 6, 17, 24, new SKColor(120, 84, 54));
        easel.Rect(x + 1.8f, 7.8f, 13.4f, 20.4f, r.Chance(0.5f) ? new SKColor(176, 216, 246) : new SKColor(244, 232, 200));
        easel.Rect(x + 7.6f, 7.8f, 1.6f, 20.4f, new SKColor(120, 84, 54));
        var lamp = left ? r.Range(52, 60) : r.Range(4, 12);
        easel.Rect(lamp - 0.8f, 26, 1.6f, 24, new SKColor(70, 62, 58));
        easel.Polygon([new(lamp - 3, 17), new(lamp + 3, 17), new(lamp + 6, 27), new(lamp - 6, 27)], new SKColor(250, 226, 150));
    }

    private static void City(Easel easel, ref WorldRandom r)
    {
        easel.Gradient(0, 0, 0, 64, new SKColor(158, 186, 212), new SKColor(234, 226, 214));
        for (var x = -4f; x < 64;)
        {
            float width = r.Range(9, 15), top = r.Range(6, 30);
            var wall = Palette.Mix(new SKColor(92, 98, 116), new SKColor(168, 132, 112), r.Unit());
            easel.Rect(x, top, width, 64, wall);
            var lit = Palette.Mix(new SKColor(250, 232, 160), wall, 0.15f);
            for (var wy = top + 3; wy < 60; wy += 6)
                for (var wx = x + 2; wx + 2.4f < x + width; wx += 4.4f)
                    if (r.Chance(0.75f)) easel.Rect(wx, wy, 2.4f, 3, lit);
            x += width + r.Range(0, 2);
        }
    }

    private static void Mountains(Easel easel, ref WorldRandom r)
    {
        easel.Gradient(0, 0, 0, 56, new SKColor(126, 176, 228), new SKColor(240, 226, 212));
        for (var i = 0; i < 3; i++)
        {
            float x = i * 26 + r.Range(-4, 12), y = r.Range(8, 24), half = r.Range(20, 28);
            easel.Polygon([new(x, y), new(x + half, 56), new(x - half, 56)], Palette.Mix(new(96, 104, 128), new(128, 116, 120), r.Unit()));
            var cap = 0.26f;
            easel.Polygon([new(x, y), new(x + half * cap, y + (56 - y) * cap), new(x, y + 9), new(x - half * cap, y + (56 - y) * cap)], new SKColor(246, 248, 252));
        }
        easel.Rect(0, 50, 64, 14, new SKColor(86, 128, 84));
    }
}
