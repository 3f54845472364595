using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Workbench.Kernel.Documents;

namespace Workbench.Kernel.Installation;

/// <summary>Puts kernelspecs into Jupyter's folders and takes them away; another product's spec is left alone unless told to.</summary>
public static partial class KernelInstaller
{
    private const string SpecFile = "kernel.json";
    private const string LogoFile = "logo-svg.svg";

    private const string Logo =
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="12" fill="#512bd4"/>
        <path d="M30 20a14 14 0 1 0 0 24" fill="none" stroke="#fff" stroke-width="6" stroke-linecap="round"/>
        <path d="M41 22v20M50 22v20M36 28h19M36 36h19" fill="none" stroke="#fff" stroke-width="3.5" stroke-linecap="round"/></svg>
        """;

    [GeneratedRegex("^[a-z0-9._-]+$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ValidName();

    /// <summary>Writes a spec, in place of an earlier one of ours.</summary>
    /// <param name="kernels">Jupyter's kernels folder (<see cref="KernelSpecFolder"/>).</param>
    /// <param name="name">The kernel's name: lower-case letters, digits, '.', '_', '-'.</param>
    /// <param name="spec">What to write.</param>
    /// <param name="force">Overwrite another product's spec.</param>
    /// <returns>The spec's folder.</returns>
    /// <exception cref="ForeignKernelException">There is a spec of that name that is not ours.</exception>
    public static string Install(string kernels, string name, KernelSpec spec, bool force = false)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var folder = Folder(kernels, name);
        if (!force && IsForeign(folder)) throw new ForeignKernelException(folder);
        AtomicFile.WriteAllText(Path.Combine(folder, LogoFile), Logo + "\n");
        AtomicFile.WriteAllText(Path.Combine(folder, SpecFile), spec.ToJson());
        return folder;
    }

    /// <summary>Removes a spec.</summary>
    /// <returns>False when there is none.</returns>
    /// <exception cref="ForeignKernelException">The spec of that name is not ours.</exception>
    public static bool Uninstall(string kernels, string name, bool force = false)
    {
        var folder = Folder(kernels, name);
        if (!Directory.Exists(folder)) return false;
        if (!force && IsForeign(folder)) throw new ForeignKernelException(folder);
        Directory.Delete(folder, recursive: true);
        return true;
    }

    /// <summary>The installed spec as JSON, or null when there is none that can be read.</summary>
    public static JsonObject? Read(string kernels, string name)
    {
        var path = Path.Combine(Folder(kernels, name), SpecFile);
        try
        {
            return File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path)) as JsonObject : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>True for a spec that this program wrote.</summary>
    public static bool IsOurs(JsonObject? spec) =>
        (spec?["metadata"] as JsonObject)?[KernelSpec.Owner] is JsonValue value && value.TryGetValue(out bool ours) && ours;

    private static bool IsForeign(string folder) =>
        Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()
        && !IsOurs(Read(Path.GetDirectoryName(folder)!, Path.GetFileName(folder)));

    private static string Folder(string kernels, string name) =>
        ValidName().IsMatch(name) && name is not ("." or "..")
            ? Path.Combine(kernels, name)
            : throw new ArgumentException($"'{name}' cannot be a kernel's name: use lower-case letters, digits, '.', '_' and '-'.");
}
