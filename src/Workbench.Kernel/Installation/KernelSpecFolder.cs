namespace Workbench.Kernel.Installation;

/// <summary>Where Jupyter looks for kernelspecs.</summary>
public static class KernelSpecFolder
{
    /// <summary>The user's own folder: JUPYTER_DATA_DIR, or the place that Jupyter uses on this system.</summary>
    public static string User
    {
        get
        {
            if (Environment.GetEnvironmentVariable("JUPYTER_DATA_DIR") is { Length: > 0 } data) return Path.Combine(data, "kernels");
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            if (OperatingSystem.IsWindows()) return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "jupyter", "kernels");
            if (OperatingSystem.IsMacOS()) return Path.Combine(home, "Library", "Jupyter", "kernels");
            var share = Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } xdg ? xdg : Path.Combine(home, ".local", "share");
            return Path.Combine(share, "jupyter", "kernels");
        }
    }

    /// <summary>The folder of an installation prefix, such as /usr/local or a virtual environment.</summary>
    public static string OfPrefix(string prefix) => Path.Combine(Path.GetFullPath(prefix), "share", "jupyter", "kernels");

    /// <summary>Every folder that Jupyter searches, the first to be asked first.</summary>
    public static IReadOnlyList<string> Searched
    {
        get
        {
            var folders = new List<string>();
            foreach (var path in (Environment.GetEnvironmentVariable("JUPYTER_PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
                folders.Add(Path.Combine(path, "kernels"));
            folders.Add(User);
            if (OperatingSystem.IsWindows()) folders.Add(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "jupyter", "kernels"));
            else folders.AddRange([OfPrefix("/usr/local"), OfPrefix("/usr")]);
            return folders;
        }
    }
}
