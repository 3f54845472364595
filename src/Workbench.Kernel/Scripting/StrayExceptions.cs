using System.Runtime.ExceptionServices;

namespace Workbench.Kernel.Scripting;

/// <summary>
/// Exceptions that nothing caught, on threads that cells started: they would end the process; here they end their thread,
/// and the cell's output says so.
/// </summary>
internal static class StrayExceptions
{
    private static readonly Lock Gate = new();
    private static bool installed;

    /// <summary>Takes over the handling of exceptions that come from cells, once a process.</summary>
    public static void Install()
    {
        lock (Gate)
        {
            if (installed) return;
            installed = true;
            try
            {
                ExceptionHandling.SetUnhandledExceptionHandler(Handle);
            }
            catch (InvalidOperationException)
            {
                // The program has a handler of its own, which then decides.
            }
        }
    }

    private static bool Handle(Exception e)
    {
        if (CellScope.Current is not { } cell) return false;
        try
        {
            var place = new System.Diagnostics.StackTrace(e, fNeedFileInfo: true).GetFrames().FirstOrDefault(f => f.GetFileName()?.EndsWith(".csx", StringComparison.Ordinal) == true);
            var line = place is null ? "" : $" ({Path.GetFileNameWithoutExtension(place.GetFileName())}, line {place.GetFileLineNumber()})";
            cell.Emit(new StreamWritten("stderr", $"A thread of this cell ended with {e.GetType().FullName}: {e.Message}{line}\n"));
        }
        catch (Exception other) when (other is not OutOfMemoryException)
        {
            return true; // whoever listened is gone
        }

        return true;
    }
}
