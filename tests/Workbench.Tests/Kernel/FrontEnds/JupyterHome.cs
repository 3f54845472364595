using System.Diagnostics;
using System.Text.Json.Nodes;
using Workbench.Kernel.Installation;
using Xunit;

namespace Workbench.Tests.Kernel.FrontEnds;

/// <summary>A Jupyter of its own for one test: folders, settings, and the kernel of this build installed in it.</summary>
internal sealed class JupyterHome : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private readonly TemporaryFolder folder = new();

    public JupyterHome() => KernelInstaller.Install(
        KernelSpecFolder.OfPrefix(folder.File("prefix")), KernelSpec.DefaultName, KernelSpec.For(System.IO.Path.Combine(AppContext.BaseDirectory, "workbench.dll")));

    /// <summary>Where notebooks lie.</summary>
    public string Path => folder.Path;

    /// <summary>Skips the test where a program is missing, saying which.</summary>
    public static void Need(params string[] programs)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator).Append("/usr/bin").ToList();
        foreach (var program in programs)
            if (!folders.Any(f => File.Exists(System.IO.Path.Combine(f, program)))) Assert.Skip($"'{program}' is not on this machine.");
    }

    /// <summary>Skips the test where Debian's Python has not got a module.</summary>
    public static void NeedModule(string module)
    {
        Need("python3");
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", $"import {module}"]) { UseShellExecute = false, RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) Assert.Skip($"The Python module '{module}' is not on this machine.");
    }

    /// <summary>Starts a program of Jupyter's that finds this kernel and no settings of the user's.</summary>
    public Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, WorkingDirectory = Path, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["JUPYTER_PATH"] = folder.File("prefix", "share", "jupyter");
        foreach (var (name, at) in new[] { ("JUPYTER_CONFIG_DIR", "config"), ("JUPYTER_DATA_DIR", "data"), ("JUPYTER_RUNTIME_DIR", "runtime"), ("IPYTHONDIR", "ipython") })
            start.Environment[name] = folder.File(at);
        return Process.Start(start)!;
    }

    /// <summary>Runs a program to its end and returns its exit code and what it printed.</summary>
    public (int ExitCode, string Output) Run(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Patience)) process.Kill(entireProcessTree: true);
        return (process.ExitCode, output.Result + errors.Result);
    }

    /// <summary>Writes a notebook of code cells for our kernel, as Jupyter would save it, and returns its path.</summary>
    public string WriteNotebook(string name, params JsonObject[] cells) => folder.WriteText(
        new JsonObject
        {
            ["cells"] = new JsonArray([.. cells]),
            ["metadata"] = new JsonObject
            {
                ["kernelspec"] = new JsonObject { ["name"] = KernelSpec.DefaultName, ["display_name"] = ".NET (C#)", ["language"] = "C#" },
            },
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5,
        }.ToJsonString(),
        name);

    /// <summary>A code cell.</summary>
    public static JsonObject Cell(string source, params string[] tags) => new()
    {
        ["cell_type"] = "code",
        ["id"] = Guid.NewGuid().ToString("N")[..8],
        ["metadata"] = tags.Length == 0 ? [] : new JsonObject { ["tags"] = new JsonArray([.. tags.Select(t => (JsonNode)t!)]) },
        ["execution_count"] = null,
        ["source"] = source,
        ["outputs"] = new JsonArray(),
    };

    public void Dispose()
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                folder.Dispose();
                return;
            }
            catch (IOException) when (tries < 20)
            {
                Thread.Sleep(100); // a program that was just ended still writes
            }
        }
    }
}
