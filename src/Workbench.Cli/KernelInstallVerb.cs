using System.CommandLine;
using Workbench.Kernel.Installation;

namespace Workbench.Cli;

/// <summary><c>workbench kernel install</c>: writes the kernelspec.</summary>
internal static class KernelInstallVerb
{
    public static Command Create()
    {
        var (name, prefix, force) = (KernelVerb.Name(), KernelVerb.Prefix(), KernelVerb.Force());
        var user = new Option<bool>("--user") { Description = "Install for the user (the default)." };
        var display = new Option<string?>("--display-name") { Description = "The name in Jupyter's menus." };
        var command = new Command("install", "Makes this program known to Jupyter as a C# kernel.") { name, user, prefix, display, force };
        command.Validators.Add(result =>
        {
            if (result.GetValue(user) && result.GetValue(prefix) is not null) result.AddError("--user and --prefix exclude each other.");
        });
        command.SetAction(parse =>
        {
            var spec = KernelSpec.For(typeof(KernelInstallVerb).Assembly.Location);
            if (parse.GetValue(display) is { } shown) spec = spec with { DisplayName = shown };
            var folder = KernelInstaller.Install(KernelVerb.Folder(parse.GetValue(prefix)), parse.GetRequiredValue(name), spec, parse.GetValue(force));
            Console.WriteLine($"installed '{spec.DisplayName}' in {folder}");
            return 0;
        });
        return command;
    }
}
