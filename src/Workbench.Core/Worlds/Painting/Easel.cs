using SkiaSharp;
using Workbench.Imaging;

namespace Workbench.Worlds.Painting;

/// <summary>The canvas, paints and path builder of one thread, reused for every picture it draws.</summary>
internal sealed class Easel
{
    /// <summary>Side of a picture in pixels.</summary>
    public const int Size = 64;

    [ThreadStatic]
    private static Easel? s_current;

    private readonly SKBitmap _bitmap = new(new SKImageInfo(Size, Size, SKColorType.Rgba8888, SKAlphaType.Opaque));
    private readonly SKPaint _fill = new() { IsAntialias = true, Style = SKPaintStyle.Fill };
    private readonly SKPaint _stroke = new()
    {
        IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeCap = SKStrokeCap.Round, StrokeJoin = SKStrokeJoin.Round,
    };
    private readonly SKPathBuilder _path = new();
    private CloseUp _view = CloseUp.Whole;

    private Easel() => Canvas = new SKCanvas(_bitmap);

    /// <summary>The easel of this thread.</summary>
    public static Easel Current => s_current ??= new Easel();

    /// <summary>The canvas, for transforms and clips.</summary>
    public SKCanvas Canvas { get; }

    /// <summary>Draws with <paramref name="paint"/> what <paramref name="view"/> shows; the painters need not know of it.</summary>
    public RgbImage Show(CloseUp view, Func<RgbImage> paint)
    {
        Canvas.Save();
        Canvas.Scale(view.Zoom);
        Canvas.Translate(-view.Left, -view.Top);
        _view = view;
        try
        {
            return paint();
        }
        finally
        {
            _view = CloseUp.Whole;
            Canvas.Restore();
        }
    }

    public void Clear(SKColor color) => Canvas.Clear(color);

    public void Oval(float x, float y, float rx, float ry, SKColor color)
    {
        _fill.Color = color;
        Canvas.DrawOval(x, y, rx, ry, _fill);
    }

    public void Circle(float x, float y, float radius, SKColor color) => Oval(x, y, radius, radius, color);

    public void Ring(float x, float y, float rx, float ry, float width, SKColor color)
    {
        Pen(width, color);
        Canvas.DrawOval(x, y, rx, ry, _stroke);
    }

    public void Rect(float x, float y, float width, float height, SKColor color)
    {
        _fill.Color = color;
        Canvas.DrawRect(x, y, width, height, _fill);
    }

    public void RoundRect(float x, float y, float width, float height, float radius, SKColor color)
    {
        _fill.Color = color;
        Canvas.DrawRoundRect(x, y, width, height, radius, radius, _fill);
    }

    public void RoundFrame(float x, float y, float width, float height, float radius, float line, SKColor color)
    {
        Pen(line, color);
        Canvas.DrawRoundRect(x, y, width, height, radius, radius, _stroke);
    }

    public void Line(float x0, float y0, float x1, float y1, float width, SKColor color)
    {
        Pen(width, color);
        Canvas.DrawLine(x0, y0, x1, y1, _stroke);
    }

    /// <summary>Fills with a linear gradient over the whole picture.</summary>
    public void Gradient(float x0, float y0, float x1, float y1, SKColor from, SKColor to)
    {
        using var shader = SKShader.CreateLinearGradient(new SKPoint(x0, y0), new SKPoint(x1, y1), [from, to], SKShaderTileMode.Clamp);
        _fill.Color = SKColors.White;
        _fill.Shader = shader;
        Canvas.DrawRect(0, 0, Size, Size, _fill);
        _fill.Shader = null;
    }

    /// <summary>An empty path to draw into.</summary>
    public SKPathBuilder Begin()
    {
        _path.Reset();
        return _path;
    }

    /// <summary>Takes the path drawn since <see cref="Begin"/>; the caller disposes it.</summary>
    public SKPath Take() => _path.Detach();

    /// <summary>Fills the path drawn since <see cref="Begin"/>.</summary>
    public void Fill(SKColor color)
    {
        using var path = _path.Detach();
        Fill(path, color);
    }

    public void Fill(SKPath path, SKColor color)
    {
        _fill.Color = color;
        Canvas.DrawPath(path, _fill);
    }

    /// <summary>Strokes the path drawn since <see cref="Begin"/>.</summary>
    public void Stroke(float width, SKColor color)
    {
        using var path = _path.Detach();
        Stroke(path, width, color);
    }

    public void Stroke(SKPath path, float width, SKColor color)
    {
        Pen(width, color);
        Canvas.DrawPath(path, _stroke);
    }

    public void Polygon(ReadOnlySpan<SKPoint> points, SKColor color)
    {
        Begin().AddPoly(points, close: true);
        Fill(color);
    }

    /// <summary>The picture as it stands, under the given light.</summary>
    public RgbImage Develop(Light light)
    {
        Canvas.Flush();
        var pixels = new byte[Size * Size * 3];
        Span<float> across = stackalloc float[Size];
        for (var x = 0; x < Size; x++)
        {
            var place = (_view.Left + (x + 0.5f) / _view.Zoom) / Size;
            var t = light.Side > 0 ? 1f - place : place;
            across[x] = light.Brightness * (1f - 0.45f * Math.Abs(light.Side) * t);
        }
        float red = 1f + 0.09f * light.Cast, blue = 1f - 0.11f * light.Cast;
        var source = _bitmap.GetPixelSpan();
        for (int i = 0, s = 0, d = 0; i < Size * Size; i++, s += 4, d += 3)
        {
            var k = across[i % Size];
            pixels[d] = (byte)MathF.Min(255f, source[s] * k * red + 0.5f);
            pixels[d + 1] = (byte)MathF.Min(255f, source[s + 1] * k + 0.5f);
            pixels[d + 2] = (byte)MathF.Min(255f, source[s + 2] * k * blue + 0.5f);
        }
        return new RgbImage(Size, Size, pixels);
    }

    private void Pen(float width, SKColor color)
    {
        _stroke.Color = color;
        _stroke.StrokeWidth = width;
    }
}
