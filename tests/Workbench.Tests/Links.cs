using Xunit;

namespace Workbench.Tests;

/// <summary>Symbolic links for tests, which are skipped where none can be made.</summary>
internal static class Links
{
    public static void Create(string path, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            if (Directory.Exists(Path.Combine(Path.GetDirectoryName(path)!, target))) Directory.CreateSymbolicLink(path, target);
            else File.CreateSymbolicLink(path, target);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            Assert.Skip($"No symbolic links here: {e.Message}");
        }
    }
}
