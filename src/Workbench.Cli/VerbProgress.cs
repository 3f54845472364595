using Spectre.Console;

namespace Workbench.Cli;

/// <summary>Bars while a verb works: on a terminal only, for in a log every step of a bar would be a line.</summary>
internal static class VerbProgress
{
    /// <summary>Runs work that moves bars.</summary>
    public static void Start(Action<ProgressContext> work) => Console().Progress().Start(work);

    /// <summary>Runs work that moves bars, and returns its result.</summary>
    public static T Start<T>(Func<ProgressContext, T> work) => Console().Progress().Start(work);

    private static IAnsiConsole Console() => AnsiConsole.Profile.Out.IsTerminal ? AnsiConsole.Console
        : AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) });
}
