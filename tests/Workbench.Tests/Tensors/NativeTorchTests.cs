using System.Buffers.Binary;
using System.Text;
using Workbench.Tensors;
using Xunit;

namespace Workbench.Tests.Tensors;

public sealed class NativeTorchTests
{
    private const string Version = "GLIBCXX_3.4.32";

    [Fact]
    public void The_flag_is_set_once_and_nothing_else_changes_in_the_real_library()
    {
        var image = RealLibrary();
        // The copy beside the tests may be patched already: begin from an unpatched state.
        ClearFlag(image);
        var before = image.ToArray();

        Assert.True(NativeTorch.MarkVersionWeak(image, Version));
        var changed = Enumerable.Range(0, image.Length).Where(i => image[i] != before[i]).ToList();
        Assert.Equal(0, before[Assert.Single(changed)] & 2);
        Assert.Equal(before[changed[0]] | 2, image[changed[0]]);

        Assert.False(NativeTorch.MarkVersionWeak(image, Version));
    }

    [Fact]
    public void A_version_that_is_not_required_changes_nothing()
    {
        var image = RealLibrary();
        var before = image.ToArray();
        Assert.False(NativeTorch.MarkVersionWeak(image, "GLIBCXX_9.9.9"));
        Assert.Equal(before, image);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    [InlineData(4096)]
    public void What_is_not_an_ELF_file_is_refused(int length) =>
        Assert.Throws<InvalidDataException>(() => NativeTorch.MarkVersionWeak(new byte[length], Version));

    [Fact]
    public void A_cut_or_lying_ELF_file_is_refused()
    {
        var image = RealLibrary();
        Assert.Throws<InvalidDataException>(() => NativeTorch.MarkVersionWeak(image[..(image.Length / 2)], Version));
        // The section table is said to lie beyond the end.
        BinaryPrimitives.WriteInt64LittleEndian(image.AsSpan(0x28), long.MaxValue - 5);
        Assert.Throws<InvalidDataException>(() => NativeTorch.MarkVersionWeak(image, Version));
        image[4] = 1;
        Assert.Throws<InvalidDataException>(() => NativeTorch.MarkVersionWeak(image, Version));
    }

    [Fact]
    public void A_folder_without_the_library_is_left_alone()
    {
        using var temp = new TemporaryFolder();
        Assert.False(NativeTorch.EnsureLoadable(temp.Path));
        Assert.False(NativeTorch.EnsureLoadable(""));
        Assert.Empty(Directory.GetFileSystemEntries(temp.Path));
    }

    private static byte[] RealLibrary()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so");
        Assert.SkipUnless(File.Exists(path), "libLibTorchSharp.so is not here: it is the Linux build of TorchSharp.");
        return File.ReadAllBytes(path);
    }

    private static void ClearFlag(byte[] image)
    {
        // An Elf64_Vernaux entry: hash (4), flags (2), other (2), name (4), next (4); the hash is the classic ELF hash of the name.
        var hash = 0u;
        foreach (var c in Encoding.ASCII.GetBytes(Version))
        {
            hash = (hash << 4) + c;
            var high = hash & 0xf0000000;
            hash = (hash ^ (high >> 24)) & ~high;
        }
        var pattern = BitConverter.GetBytes(hash);
        var offset = image.AsSpan().IndexOf(pattern);
        Assert.True(offset > 0, $"the library does not require {Version}");
        image[offset + 4] &= 0xfd;
    }
}
