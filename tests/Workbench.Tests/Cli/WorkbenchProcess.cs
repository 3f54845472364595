using System.Diagnostics;

namespace Workbench.Tests.Cli;

/// <summary>Runs the program as a user does.</summary>
internal static class WorkbenchProcess
{
    public static (int ExitCode, string Output) Run(params string[] arguments) => RunIn("", arguments);

    /// <summary>The same in a working folder; empty: the tests' own.</summary>
    public static (int ExitCode, string Output) RunIn(string folder, params string[] arguments)
    {
        using var process = StartIn(folder, arguments);
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }

    public static Process Start(params string[] arguments) => StartIn("", arguments);

    /// <summary>Starts it in a working folder; empty: the tests' own.</summary>
    public static Process StartIn(string folder, params string[] arguments) =>
        Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "workbench.dll"), .. arguments])
        {
            UseShellExecute = false,
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
}
