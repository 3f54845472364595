using System.CommandLine;
using Workbench.Kernel.Installation;

namespace Workbench.Cli;

/// <summary><c>workbench kernel</c>: the Jupyter kernel.</summary>
internal static class KernelVerb
{
    public static Command Create()
    {
        var command = new Command("kernel", "The C# kernel for Jupyter: install it, remove it, look what is wrong with it.");
        command.Subcommands.Add(KernelInstallVerb.Create());
        command.Subcommands.Add(KernelUninstallVerb.Create());
        command.Subcommands.Add(KernelDoctorVerb.Create());
        command.Subcommands.Add(KernelRunVerb.Create());
        command.Subcommands.Add(KernelBenchmarkVerb.Create());
        return command;
    }

    public static Option<string> Name() => new("--name") { Description = "The kernel's name.", DefaultValueFactory = _ => KernelSpec.DefaultName };

    public static Option<string?> Prefix() => new("--prefix") { Description = "Install for a prefix (/usr/local, a virtual environment) in place of the user." };

    public static Option<bool> Force() => new("--force") { Description = "Also when another product's kernelspec has that name." };

    /// <summary>Jupyter's kernels folder for the options.</summary>
    public static string Folder(string? prefix) => prefix is null ? KernelSpecFolder.User : KernelSpecFolder.OfPrefix(prefix);
}
