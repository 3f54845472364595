using System.Text.Json.Nodes;
using Workbench.Kernel.Installation;
using Xunit;

namespace Workbench.Tests.Kernel.Installation;

public sealed class KernelInstallerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_spec_is_written_read_back_and_removed()
    {
        var at = KernelInstaller.Install(folder.Path, KernelSpec.DefaultName, KernelSpec.For("/somewhere/workbench.dll"));
        var spec = JsonNode.Parse(File.ReadAllText(Path.Combine(at, "kernel.json")))!.AsObject();
        Assert.Equal(("C#", "message", ".NET (C#)"), (spec["language"]!.ToString(), spec["interrupt_mode"]!.ToString(), spec["display_name"]!.ToString()));
        Assert.Equal(["/somewhere/workbench.dll", "kernel", "run", "--connection-file", "{connection_file}"], spec["argv"]!.AsArray().Skip(1).Select(w => w!.ToString()));
        Assert.True(KernelInstaller.IsOurs(spec));
        KernelInstaller.Install(folder.Path, KernelSpec.DefaultName, KernelSpec.For("/elsewhere/workbench.dll"));
        Assert.Contains("/elsewhere/", File.ReadAllText(Path.Combine(at, "kernel.json")));
        Assert.True(KernelInstaller.Uninstall(folder.Path, KernelSpec.DefaultName));
        Assert.False(Directory.Exists(at));
        Assert.False(KernelInstaller.Uninstall(folder.Path, KernelSpec.DefaultName));
    }

    [Theory]
    [InlineData("""{"argv": ["dotnet", "interactive", "[vscode]", "jupyter"], "display_name": ".NET (C#)", "language": "C#"}""")]
    [InlineData("""{"metadata": {"workbench": "yes"}}""")]
    [InlineData("not json")]
    public void Another_products_spec_is_neither_replaced_nor_removed_without_force(string content)
    {
        var path = folder.WriteText(content, KernelSpec.DefaultName, "kernel.json");
        var error = Assert.Throws<ForeignKernelException>(() => KernelInstaller.Install(folder.Path, KernelSpec.DefaultName, KernelSpec.For("w.dll")));
        Assert.Contains("--force", error.Message);
        Assert.Throws<ForeignKernelException>(() => KernelInstaller.Uninstall(folder.Path, KernelSpec.DefaultName));
        Assert.Equal(content, File.ReadAllText(path));
        KernelInstaller.Install(folder.Path, KernelSpec.DefaultName, KernelSpec.For("w.dll"), force: true);
        Assert.True(KernelInstaller.IsOurs(KernelInstaller.Read(folder.Path, KernelSpec.DefaultName)));
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("Upper")]
    [InlineData("..")]
    [InlineData("")]
    public void A_name_that_jupyter_does_not_take_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => KernelInstaller.Install(folder.Path, name, KernelSpec.For("w.dll")));

    [Fact]
    public void The_doctor_names_what_is_wrong()
    {
        Assert.Contains(KernelDoctor.Examine(KernelSpec.DefaultName, [folder.Path]), f => !f.IsGood && f.Text.Contains("kernel install"));
        KernelInstaller.Install(folder.Path, KernelSpec.DefaultName, new(["/nowhere/dotnet", "/nowhere/workbench.dll"], "x"));
        var findings = KernelDoctor.Examine(KernelSpec.DefaultName, [folder.Path]).ToList();
        Assert.Contains(findings, f => f is { IsGood: false, Subject: "program" } && f.Text.Contains("/nowhere/workbench.dll"));
        Assert.Contains(findings, f => f is { IsGood: false, Subject: "start" });
    }

    [Fact]
    public void The_doctor_finds_a_good_kernel_good()
    {
        KernelInstaller.Install(folder.Path, "mine", KernelSpec.For(Path.Combine(AppContext.BaseDirectory, "workbench.dll")));
        var findings = KernelDoctor.Examine("mine", [folder.Path]).ToList();
        Assert.All(findings, f => Assert.True(f.IsGood, $"{f.Subject}: {f.Text}"));
        Assert.Contains(findings, f => f.Subject == "start" && f.Text.Contains("ran: 2"));
    }
}
