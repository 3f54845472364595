using System.CommandLine;
using Workbench.Kernel.Installation;

namespace Workbench.Cli;

/// <summary><c>workbench kernel uninstall</c>: removes the kernelspec.</summary>
internal static class KernelUninstallVerb
{
    private const int NotFound = 1;

    public static Command Create()
    {
        var (name, prefix, force) = (KernelVerb.Name(), KernelVerb.Prefix(), KernelVerb.Force());
        var command = new Command("uninstall", "Removes the kernel from Jupyter; the program stays.") { name, prefix, force };
        command.SetAction(parse =>
        {
            var kernels = KernelVerb.Folder(parse.GetValue(prefix));
            var removed = KernelInstaller.Uninstall(kernels, parse.GetRequiredValue(name), parse.GetValue(force));
            Console.WriteLine(removed ? $"removed '{parse.GetValue(name)}' from {kernels}" : $"there is no '{parse.GetValue(name)}' in {kernels}");
            return removed ? 0 : NotFound;
        });
        return command;
    }
}
