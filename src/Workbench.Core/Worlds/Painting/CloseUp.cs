namespace Workbench.Worlds.Painting;

/// <summary>The part of a picture that is drawn, enlarged to the whole canvas.</summary>
/// <param name="Zoom">How much larger everything is drawn; 1 shows the whole picture.</param>
/// <param name="Left">Left edge of the part, in pixels of the whole picture.</param>
/// <param name="Top">Upper edge of the part, in pixels of the whole picture.</param>
internal readonly record struct CloseUp(float Zoom, float Left, float Top)
{
    /// <summary>The whole picture.</summary>
    public static CloseUp Whole { get; } = new(1, 0, 0);

    /// <summary>A part somewhere in the picture, at <paramref name="zoom"/>.</summary>
    public static CloseUp Draw(float zoom, ref WorldRandom random)
    {
        var room = Easel.Size - Easel.Size / zoom;
        return new CloseUp(zoom, random.Range(0, room), random.Range(0, room));
    }
}
