using System.CommandLine;
using Workbench.Kernel.Installation;

namespace Workbench.Cli;

/// <summary><c>workbench kernel doctor</c>: says what keeps the installed kernel from working.</summary>
internal static class KernelDoctorVerb
{
    public static Command Create()
    {
        var name = KernelVerb.Name();
        var prefix = KernelVerb.Prefix();
        var command = new Command("doctor", "Looks at the installed kernel and starts it once; exits with 1 when something is wrong.") { name, prefix };
        command.SetAction(parse =>
        {
            var folders = parse.GetValue(prefix) is { } p ? [KernelSpecFolder.OfPrefix(p)] : KernelSpecFolder.Searched;
            var good = true;
            foreach (var finding in KernelDoctor.Examine(parse.GetRequiredValue(name), folders))
            {
                Console.WriteLine($"{(finding.IsGood ? "ok   " : "WRONG")} {finding.Subject}: {finding.Text}");
                good &= finding.IsGood;
            }

            return good ? 0 : 1;
        });
        return command;
    }
}
