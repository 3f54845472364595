using System.CommandLine;

namespace Workbench.Cli;

/// <summary><c>workbench world</c>: the embedded mini world.</summary>
internal static class WorldVerb
{
    public static Command Create()
    {
        var command = new Command("world", "The embedded mini world: render its pictures, train its models.");
        command.Subcommands.Add(WorldRenderVerb.Create());
        command.Subcommands.Add(WorldTrainVerb.Create());
        return command;
    }
}
