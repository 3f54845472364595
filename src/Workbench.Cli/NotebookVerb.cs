using System.CommandLine;

namespace Workbench.Cli;

/// <summary><c>workbench notebook</c>: the embedded notebook runner.</summary>
internal static class NotebookVerb
{
    public static Command Create()
    {
        var command = new Command("notebook", "Run notebooks in this process, without Jupyter.");
        command.Subcommands.Add(NotebookRunVerb.Create());
        return command;
    }
}
