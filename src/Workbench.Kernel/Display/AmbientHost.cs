using Workbench.Kernel.Scripting;

namespace Workbench.Kernel.Display;

/// <summary>
/// How a library that does not reference this one reaches the running cell: through <see cref="AppContext"/> data of
/// framework types only.
/// <list type="bullet">
/// <item><c>Workbench.Display</c>: <c>Func&lt;object?, Action&lt;object?&gt;&gt;</c>, shows a value and returns what updates it in place.</item>
/// <item><c>Workbench.CellCancellation</c>: <c>Func&lt;CancellationToken&gt;</c>, the running cell's token.</item>
/// </list>
/// Absent keys mean that no notebook is running.
/// </summary>
public static class AmbientHost
{
    /// <summary>The key of the display function.</summary>
    public const string DisplayKey = "Workbench.Display";

    /// <summary>The key of the function that returns the running cell's token.</summary>
    public const string CancellationKey = "Workbench.CellCancellation";

    internal static void Install()
    {
        AppContext.SetData(DisplayKey, (Func<object?, Action<object?>>)(value => CellFunctions.display(value).Update));
        AppContext.SetData(CancellationKey, (Func<CancellationToken>)(() => CellFunctions.CellCancellation));
    }
}
