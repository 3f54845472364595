namespace Workbench.Tests.Notebooks;

/// <summary>The checkout that the tests were built in.</summary>
internal static class Checkout
{
    /// <summary>Its folder, which holds <c>notebooks/</c> and <c>README.md</c>.</summary>
    public static string Folder { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Directory.Exists(Path.Combine(folder.FullName, "notebooks")) && File.Exists(Path.Combine(folder.FullName, "README.md"))) return folder.FullName;
        throw new DirectoryNotFoundException($"No checkout with notebooks/ above {AppContext.BaseDirectory}.");
    }
}
