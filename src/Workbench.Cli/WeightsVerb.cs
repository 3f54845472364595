using System.CommandLine;

namespace Workbench.Cli;

/// <summary><c>workbench weights</c>: weights from elsewhere.</summary>
internal static class WeightsVerb
{
    public static Command Create()
    {
        var command = new Command("weights", "Weights from elsewhere: import them.");
        command.Subcommands.Add(WeightsImportVerb.Create());
        return command;
    }
}
