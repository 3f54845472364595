using System.Text.RegularExpressions;

namespace Workbench.Kernel.Watching;

/// <summary>Why a kernel process ended, in the user's words.</summary>
/// <param name="Name">For example "StackOverflow".</param>
/// <param name="Message">What happened.</param>
/// <param name="Detail">Lines that show where, if known.</param>
internal sealed partial record DeathCause(string Name, string Message, IReadOnlyList<string> Detail)
{
    private const int Abort = 134, Kill = 137, Segfault = 139, Interrupted = 130, Terminated = 143;
    private const int MaxFrames = 6;

    [GeneratedRegex(@"^\s*at\s+Submission#\d+(?:\.|\+)(?<frame>.*)$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Frame();

    [GeneratedRegex(@"^Unhandled exception\. (?<text>.*)$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Unhandled();

    [GeneratedRegex(@"^Process terminated\.\s*(?<text>.*)$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FailFast();

    /// <param name="exitCode">The process's exit code; 128 and more for a signal.</param>
    /// <param name="errors">The last of what it wrote to standard error.</param>
    public static DeathCause Of(int exitCode, string errors)
    {
        var frames = Frame().Matches(errors).Select(m => "   at " + m.Groups["frame"].Value.Trim()).Where(f => !f.StartsWith("   at <", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).Take(MaxFrames).ToList();
        if (errors.Contains("Stack overflow", StringComparison.Ordinal))
            return new("StackOverflow", "The cell recursed without end and overflowed the stack, which ends a .NET process.", frames);
        if (Unhandled().Match(errors) is { Success: true } unhandled)
            return new("UnhandledException", $"An exception that nothing caught ended the process: {unhandled.Groups["text"].Value.Trim()}", frames);
        if (FailFast().Match(errors) is { Success: true } failed)
            return new("FailFast", $"The process ended itself: {failed.Groups["text"].Value.Trim()}", frames);
        if (errors.Contains("AccessViolationException", StringComparison.Ordinal)) exitCode = Segfault;
        return exitCode switch
        {
            Segfault => new("NativeCrash", "Native code touched memory that is not its own (access violation).", frames),
            Kill => new("Killed", "The process was killed (SIGKILL): out of memory, most likely.", []),
            Terminated or Interrupted => new("Terminated", "The process was ended by a signal from outside.", []),
            Abort => new("Abort", "The process aborted (SIGABRT): a native library gave up, most likely.", frames),
            < 128 => new("ProcessExit", $"The cell ended the kernel's process with code {exitCode} (Environment.Exit).", frames),
            _ => new("ProcessExit", $"The kernel's process ended with code {exitCode}.", frames),
        };
    }
}
