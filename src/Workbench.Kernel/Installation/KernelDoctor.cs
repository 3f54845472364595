using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Workbench.Kernel.Installation;

/// <summary>Looks for what keeps an installed kernel from working: the spec, its program, and a real start with one cell.</summary>
public static class KernelDoctor
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Looks at the spec of that name in each of Jupyter's folders and tries the one that Jupyter would take.</summary>
    public static IEnumerable<DoctorFinding> Examine(string name, IReadOnlyList<string>? folders = null)
    {
        folders ??= KernelSpecFolder.Searched;
        var found = folders.Where(f => File.Exists(Path.Combine(f, name, "kernel.json"))).ToList();
        if (found.Count == 0)
        {
            yield return new(false, "kernelspec", $"no '{name}' in {string.Join(", ", folders)}: run 'workbench kernel install'.");
            yield break;
        }

        var spec = KernelInstaller.Read(found[0], name);
        yield return spec is null
            ? new(false, "kernelspec", $"'{Path.Combine(found[0], name, "kernel.json")}' is not JSON: install again with --force.")
            : new(true, "kernelspec", Path.Combine(found[0], name));
        foreach (var hidden in found.Skip(1)) yield return new(true, "hidden", $"'{Path.Combine(hidden, name)}' has the same name and is not used.");
        if (spec is null) yield break;
        yield return KernelInstaller.IsOurs(spec)
            ? new(true, "owner", "written by workbench")
            : new(false, "owner", "another product's spec: install under another --name, or with --force.");

        var command = (spec["argv"] as JsonArray ?? []).Select(w => w?.ToString() ?? "").ToArray();
        foreach (var file in command.Take(2).Where(Path.IsPathRooted))
            yield return File.Exists(file) ? new(true, "program", file) : new(false, "program", $"'{file}' is gone: build again, then 'workbench kernel install'.");
        if (command.Length > 0) yield return TryStart(command);
    }

    private static DoctorFinding TryStart(string[] command)
    {
        try
        {
            var clock = Stopwatch.StartNew();
            using var kernel = new KernelProbe(command);
            var reply = kernel.Execute("1 + 1", Patience, expression: "1 + 1");
            return reply is null
                ? new(false, "start", $"the kernel did not answer within {Patience.TotalSeconds:0} s{(kernel.ExitCode is { } code ? $" (it ended with code {code})" : "")}.")
                : Value(reply) is "2" ? new(true, "start", $"1 + 1 ran: 2, {clock.Elapsed.TotalSeconds:0.0} s after the start")
                : new(false, "start", $"1 + 1 did not run: {reply["evalue"]?.ToString() ?? reply.ToJsonString()}");
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException)
        {
            return new(false, "start", e.Message);
        }
    }

    private static string? Value(JsonObject reply) => reply["user_expressions"]?["value"]?["data"]?["text/plain"]?.ToString();
}
