using Workbench.Kernel.Display;

// Notebooks call x.Display() with no other using than the default ones, as in .NET Interactive.
namespace System;

/// <summary>Shows values from a cell.</summary>
public static class DisplayExtensions
{
    /// <summary>Shows the value in the running cell, and returns the handle that changes it in place.</summary>
    public static DisplayedValue Display(this object? value, params string[] mimeTypes) => CellFunctions.display(value, mimeTypes);

    /// <summary>Shows the text as that MIME type.</summary>
    public static DisplayedValue DisplayAs(this string value, string mimeType) =>
        CellFunctions.display(new Workbench.Kernel.Documents.MimeBundle([new(mimeType, value)]));
}
