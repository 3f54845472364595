using System.Diagnostics.CodeAnalysis;
using Workbench.Kernel.Scripting;

namespace Workbench.Kernel.Display;

/// <summary>The names under which .NET Interactive's notebooks ask the user.</summary>
[SuppressMessage("Naming", "CA1724", Justification = "Kernel is the name that notebooks use.")]
public static class Kernel
{
    /// <summary>Asks the user for a line.</summary>
    public static Task<string> GetInputAsync(string prompt = "") => Task.FromResult(CellFunctions.input(prompt));

    /// <summary>Asks the user for a line that is not shown.</summary>
    public static Task<PasswordString> GetPasswordAsync(string prompt = "") => Task.FromResult(new PasswordString(CellFunctions.password(prompt)));
}

/// <summary>A text that is not shown when the variable that holds it is.</summary>
public sealed class PasswordString(string password)
{
    /// <summary>The text.</summary>
    public string GetClearTextPassword() => password;

    /// <inheritdoc/>
    public override string ToString() => "********";
}
