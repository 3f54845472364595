using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Workbench.Kernel.Documents;
using Workbench.Kernel.Installation;

namespace Workbench.Kernel.Scripting;

/// <summary>What a restore brought.</summary>
/// <param name="Compile">Assemblies to compile against.</param>
/// <param name="Runtime">Assemblies to run with.</param>
/// <param name="NativeFolders">Folders of native libraries.</param>
internal sealed record RestoredPackages(IReadOnlyList<string> Compile, IReadOnlyList<string> Runtime, IReadOnlyList<string> NativeFolders);

/// <summary>Restores packages with the SDK's own <c>dotnet restore</c>, one cached project a set of packages.</summary>
internal static class NuGetRestore
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    public static async Task<RestoredPackages> RunAsync(
        IReadOnlyCollection<NuGetDirective> packages, IReadOnlyCollection<string> sources, string? cache, CancellationToken cancellation)
    {
        var project = Project(packages, sources);
        var root = cache ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "workbench", "nuget");
        var folder = Path.Combine(root, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(project)))[..16]);
        var assets = Path.Combine(folder, "obj", "project.assets.json");
        if (File.Exists(assets) && Read(assets) is { } cached) return cached;

        AtomicFile.WriteAllText(Path.Combine(folder, "packages.csproj"), project);
        await RestoreAsync(folder, packages, cancellation).ConfigureAwait(false);
        return Read(assets) ?? throw new InvalidOperationException($"the restore left no usable '{assets}'.");
    }

    private static string Project(IEnumerable<NuGetDirective> packages, IReadOnlyCollection<string> sources)
    {
        var text = new StringBuilder("<Project Sdk=\"Microsoft.NET.Sdk\">\n  <PropertyGroup>\n");
        text.Append($"    <TargetFramework>net{Environment.Version.Major}.0</TargetFramework>\n");
        text.Append($"    <RuntimeIdentifier>{Portable}</RuntimeIdentifier>\n    <SelfContained>false</SelfContained>\n");
        text.Append("    <ManagePackageVersionsCentrally>false</ManagePackageVersionsCentrally>\n    <NuGetAudit>false</NuGetAudit>\n");
        if (sources.Count > 0) text.Append($"    <RestoreAdditionalProjectSources>{SecurityElement.Escape(string.Join(';', sources))}</RestoreAdditionalProjectSources>\n");
        text.Append("  </PropertyGroup>\n  <ItemGroup>\n");
        foreach (var package in packages.OrderBy(p => p.Id, StringComparer.OrdinalIgnoreCase))
            text.Append($"    <PackageReference Include=\"{package.Id}\" Version=\"{package.Version ?? "*"}\" />\n");
        return text.Append("  </ItemGroup>\n</Project>\n").ToString();
    }

    private static string Portable =>
        (OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")
        + "-" + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    private static async Task RestoreAsync(string folder, IReadOnlyCollection<NuGetDirective> packages, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(KernelSpec.DotnetHost(), ["restore", "packages.csproj", "--nologo", "-v", "quiet"])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var inherited in start.Environment.Keys.Where(k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(inherited);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Limit);
        using var process = Process.Start(start) ?? throw new InvalidOperationException("'dotnet restore' did not start.");
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            if (process.ExitCode != 0) throw new InvalidOperationException(Explain(await output.ConfigureAwait(false) + await errors.ConfigureAwait(false), packages));
        }
        catch (OperationCanceledException e)
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            if (cancellation.IsCancellationRequested) throw;
            throw new InvalidOperationException($"'dotnet restore' took longer than {Limit.TotalMinutes:0} minutes.", e);
        }
    }

    /// <summary>The restore's own errors, with a word on what they mean.</summary>
    private static string Explain(string output, IEnumerable<NuGetDirective> packages)
    {
        var wanted = string.Join(", ", packages.Select(p => p.Version is null ? p.Id : $"{p.Id} {p.Version}"));
        var lines = output.Split('\n').Where(l => l.Contains("error", StringComparison.OrdinalIgnoreCase))
            .Select(l => l[Math.Max(0, l.IndexOf("error", StringComparison.OrdinalIgnoreCase))..].Split(" [")[0].Trim()).Distinct().Take(5).ToList();
        var hint = output.Contains("NU1301", StringComparison.Ordinal) ? "The package source cannot be reached: are you offline? "
            : output.Contains("NU1101", StringComparison.Ordinal) ? "No package source has it; check the name. "
            : output.Contains("NU1102", StringComparison.Ordinal) ? "No package source has that version. "
            : "";
        return $"{wanted} could not be restored. {hint}{string.Join(" | ", lines)}";
    }

    /// <summary>Reads the assets file; null when it is damaged or names files that are gone.</summary>
    private static RestoredPackages? Read(string assets)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(assets));
            var root = json.RootElement;
            var folders = root.GetProperty("packageFolders").EnumerateObject().Select(f => f.Name).ToList();
            var target = root.GetProperty("targets").EnumerateObject().OrderByDescending(t => t.Name.Length).First().Value;
            List<string> compile = [], runtime = [], native = [];
            foreach (var library in target.EnumerateObject())
            {
                if (!root.GetProperty("libraries").TryGetProperty(library.Name, out var entry) || !entry.TryGetProperty("path", out var path)) continue;
                var folder = folders.Select(f => Path.Combine(f, path.GetString()!)).FirstOrDefault(Directory.Exists);
                if (folder is null) return null;
                compile.AddRange(Files(library.Value, "compile", folder));
                runtime.AddRange(Files(library.Value, "runtime", folder));
                native.AddRange(Files(library.Value, "native", folder));
            }

            return compile.Concat(runtime).All(File.Exists) ? new(compile, runtime, [.. native.Select(n => Path.GetDirectoryName(n)!).Distinct()]) : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }

        static IEnumerable<string> Files(JsonElement library, string group, string folder) =>
            library.TryGetProperty(group, out var files)
                ? files.EnumerateObject().Select(f => f.Name).Where(n => !n.EndsWith("/_._", StringComparison.Ordinal)).Select(n => Path.Combine(folder, n))
                : [];
    }
}
