using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Html;
using Workbench.Kernel.Documents;
using Workbench.Kernel.Scripting;

namespace Workbench.Kernel.Display;

/// <summary>What every cell can call without a using; names and behaviour are those of .NET Interactive's common subset.</summary>
[SuppressMessage("Style", "IDE1006", Justification = "display, HTML and input are the names that notebooks use.")]
public static class CellFunctions
{
    /// <summary>Fires when the running cell is interrupted or its time is up; never, outside of a cell.</summary>
    public static CancellationToken CellCancellation => CellScope.Current?.Cancellation ?? CancellationToken.None;

    /// <summary>Shows a value in the running cell, and returns the handle that changes it in place.</summary>
    /// <param name="value">Anything; formatted as a cell's result would be.</param>
    /// <param name="mimeTypes">The representations to show; by default those that the value's type prefers.</param>
    public static DisplayedValue display(object? value, params string[] mimeTypes)
    {
        var shown = new DisplayedValue($"display-{Guid.NewGuid():N}", mimeTypes, CellScope.Current);
        CellScope.Current?.Emit(new ValueDisplayed(MimeFormatter.Format(value, mimeTypes), shown.DisplayId));
        return shown;
    }

    /// <summary>Marks text as HTML.</summary>
    public static IHtmlContent HTML(string content) => new HtmlString(content);

    /// <summary>Asks the user for a line.</summary>
    /// <exception cref="InvalidOperationException">Nobody can be asked: a runner, or a front end that does not allow it.</exception>
    public static string input(string prompt = "") => Asking().Ask(prompt, password: false);

    /// <summary>Asks the user for a line that is not shown while it is typed.</summary>
    public static string password(string prompt = "") => Asking().Ask(prompt, password: true);

    /// <summary>The channels to widgets of the front end.</summary>
    public static CommHub Comms => CellScope.Current?.Comms ?? throw new InvalidOperationException("There are no comms here: no front end is connected.");

    private static CellScope Asking() => CellScope.Current ?? throw new InvalidOperationException("Only a running cell can ask for input.");

    /// <summary>Drops what the cell has shown so far; with <paramref name="wait"/>, when the next output comes.</summary>
    public static void clear_output(bool wait = false) => CellScope.Current?.Emit(new OutputCleared(wait));
}

/// <summary>A value on the page.</summary>
public sealed class DisplayedValue
{
    private readonly string[] mimeTypes;
    private readonly CellScope? scope;

    internal DisplayedValue(string displayId, string[] mimeTypes, CellScope? scope) => (DisplayId, this.mimeTypes, this.scope) = (displayId, mimeTypes, scope);

    /// <summary>Names the display in the protocol.</summary>
    public string DisplayId { get; }

    /// <summary>Shows another value in its place.</summary>
    public void Update(object? value) => (CellScope.Current ?? scope)?.Emit(new DisplayUpdated(DisplayId, MimeFormatter.Format(value, mimeTypes)));
}
