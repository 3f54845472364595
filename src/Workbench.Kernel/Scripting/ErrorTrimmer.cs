using System.Diagnostics;
using System.Reflection;

namespace Workbench.Kernel.Scripting;

/// <summary>Turns an exception into what the author of the cell needs: type, message, and the lines of the cells it came through.</summary>
internal static class ErrorTrimmer
{
    private const int MaxFrames = 12;

    /// <param name="exception">What the cell threw.</param>
    /// <param name="isCell">Tells whether an assembly is a compiled cell.</param>
    /// <param name="cells">Label and source by the path that the compiler was given.</param>
    /// <param name="currentPath">The path of the failing cell.</param>
    public static CellError Trim(
        Exception exception, Func<Assembly, bool> isCell, Func<string, (string Label, string Source)?> cells, string currentPath)
    {
        var error = Unwrap(exception);
        int? line = null;
        var lines = new List<string> { $"{error.GetType().FullName}: {Message(error)}" };
        var frames = new StackTrace(error, fNeedFileInfo: true).GetFrames();
        var user = frames.Where(f => f.GetMethod() is { } m && isCell(m.Module.Assembly) && f.GetFileLineNumber() > 0).Take(MaxFrames).ToList();

        if (frames.FirstOrDefault(f => f.GetMethod() is { DeclaringType.Namespace: not "System.Runtime.CompilerServices" })?.GetMethod() is { } thrower && !isCell(thrower.Module.Assembly))
            lines.Add($"   thrown in {Readable(thrower.DeclaringType!)}.{thrower.Name}");
        foreach (var frame in user)
        {
            var path = frame.GetFileName() ?? "";
            var number = frame.GetFileLineNumber();
            if (path == currentPath) line ??= number;
            var cell = cells(path);
            lines.Add($"   at {cell?.Label ?? Path.GetFileName(path)}, line {number}");
            lines.AddRange(SourceMark.At(cell?.Source ?? "", number));
        }

        for (var inner = error.InnerException; inner is not null; inner = inner.InnerException)
            lines.Add($"   caused by {inner.GetType().FullName}: {Message(inner)}");
        return new(error.GetType().FullName ?? error.GetType().Name, Message(error), lines, line);
    }

    private static Exception Unwrap(Exception e) => e switch
    {
        AggregateException { InnerExceptions.Count: 1, InnerException: { } inner } => Unwrap(inner),
        TargetInvocationException { InnerException: { } inner } => Unwrap(inner),
        _ => e,
    };

    private static string Message(Exception e)
    {
        try
        {
            return e.Message;
        }
        catch (Exception other)
        {
            return $"(its Message property threw {other.GetType().Name})";
        }
    }

    private static string Readable(Type type) => (type.FullName ?? type.Name).Split('`', '[')[0].Replace('+', '.');
}
