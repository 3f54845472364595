using System.Text.RegularExpressions;
using Spectre.Console;
using Workbench.Weights;

namespace Workbench.Cli;

/// <summary>What every verb does with bad input and with Ctrl-C: one line that says what was wrong, and the shell's customary exit codes. Any other failure is a defect and keeps its stack.</summary>
internal static partial class VerbGuard
{
    internal const int BadInput = 2;
    internal const int Interrupted = 130;

    /// <summary>Runs a verb off the terminal's thread.</summary>
    /// <param name="work">Returns the exit code.</param>
    /// <param name="whenStopped">What a cancelled verb leaves behind.</param>
    public static Task<int> Run(Func<int> work, string whenStopped) => Task.Run(() =>
    {
        try
        {
            return work();
        }
        catch (OperationCanceledException)
        {
            AnsiConsole.MarkupLineInterpolated($"[yellow]{whenStopped}[/]");
            return Interrupted;
        }
        catch (Exception e) when (e is ArgumentException or IOException or UnauthorizedAccessException or InvalidDataException or WeightsException or NotSupportedException)
        {
            // One line, on the stream of errors: paths in it can be searched for, and a log keeps results apart.
            Console.Error.WriteLine(Words(e.Message));
            return BadInput;
        }
    });

    /// <summary>A message without what .NET appends for programmers.</summary>
    internal static string Words(string message) => ForProgrammers().Replace(message, "");

    [GeneratedRegex(@" \(Parameter '[^']*'\)|\s+Actual value was .*\.$")]
    private static partial Regex ForProgrammers();
}
