using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Workbench.Tensors;

/// <summary>
/// Makes TorchSharp's native library loadable on systems whose libstdc++ is older than GCC 13 (Debian 12, Ubuntu 22.04).
/// </summary>
/// <remarks>
/// <c>libLibTorchSharp.so</c> requires the symbol version <c>GLIBCXX_3.4.32</c> but no relocation uses a symbol of it. Where the
/// host lacks that version, the requirement is marked weak (<c>VER_FLG_WEAK</c>) in a fresh copy that replaces the file in our own
/// output folder by rename, so that the package cache is never touched even when the output was hard-linked to it.
/// </remarks>
public static class NativeTorch
{
    private const string LibraryName = "libLibTorchSharp.so";
    private const string NeededVersion = "GLIBCXX_3.4.32";
    private const uint SectionTypeVersionNeeds = 0x6ffffffe;
    private const ushort VersionFlagWeak = 0x2;

    /// <summary>Replaces <c>libLibTorchSharp.so</c> in <paramref name="folder"/> by a patched copy where this system needs one.</summary>
    /// <param name="folder">Folder that holds the native libraries, flat.</param>
    /// <returns>True when a patched copy was written; false when nothing had to be done.</returns>
    public static bool EnsureLoadable(string folder)
    {
        if (!OperatingSystem.IsLinux() || string.IsNullOrEmpty(folder)) return false;
        var path = Path.Combine(folder, LibraryName);
        if (!File.Exists(path) || HostProvidesNeededVersion()) return false;
        var image = File.ReadAllBytes(path);
        if (!MarkVersionWeak(image, NeededVersion)) return false;
        var temporary = Path.Combine(folder, $"{LibraryName}.{Environment.ProcessId}.partial");
        File.WriteAllBytes(temporary, image);
        File.Move(temporary, path, overwrite: true);
        return true;
    }

    /// <summary>Sets <c>VER_FLG_WEAK</c> on the requirement of <paramref name="version"/> in a 64-bit little-endian ELF image.</summary>
    /// <param name="image">The ELF file; changed in place.</param>
    /// <param name="version">Symbol version, for example <c>GLIBCXX_3.4.32</c>.</param>
    /// <returns>True when a flag was changed; false when the image does not require the version or it is weak already.</returns>
    /// <exception cref="InvalidDataException">The image is not a 64-bit little-endian ELF file, or its tables point outside of it.</exception>
    internal static bool MarkVersionWeak(byte[] image, string version)
    {
        if (image.Length < 64 || image[0] != 0x7f || image[1] != 'E' || image[4] != 2 || image[5] != 1)
            throw new InvalidDataException($"{LibraryName}: expected a 64-bit little-endian ELF file.");
        try
        {
            return MarkWeakInSections(image, version);
        }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException($"{LibraryName}: the ELF tables point outside of the file; it is damaged or cut.", e);
        }
    }

    private static bool MarkWeakInSections(byte[] image, string version)
    {
        ReadOnlySpan<byte> elf = image;
        var sectionTable = checked((int)BinaryPrimitives.ReadInt64LittleEndian(elf[0x28..]));
        int sectionSize = BinaryPrimitives.ReadUInt16LittleEndian(elf[0x3A..]), sections = BinaryPrimitives.ReadUInt16LittleEndian(elf[0x3C..]);
        for (var i = 0; i < sections; i++)
        {
            var header = elf.Slice(sectionTable + i * sectionSize, sectionSize);
            if (BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) != SectionTypeVersionNeeds) continue;
            var needs = checked((int)BinaryPrimitives.ReadInt64LittleEndian(header[0x18..]));
            var linked = BinaryPrimitives.ReadInt32LittleEndian(header[0x28..]);
            var strings = checked((int)BinaryPrimitives.ReadInt64LittleEndian(elf[(sectionTable + linked * sectionSize + 0x18)..]));
            return MarkWeakIn(image, needs, strings, version);
        }
        return false;
    }

    private static bool MarkWeakIn(byte[] image, int need, int strings, string version)
    {
        while (true)
        {
            int auxiliaries = BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(need + 2));
            var aux = need + BinaryPrimitives.ReadInt32LittleEndian(image.AsSpan(need + 8));
            for (var i = 0; i < auxiliaries; i++)
            {
                var name = strings + BinaryPrimitives.ReadInt32LittleEndian(image.AsSpan(aux + 8));
                var flags = BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(aux + 4));
                if (ReadName(image, name) == version && (flags & VersionFlagWeak) == 0)
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(aux + 4), (ushort)(flags | VersionFlagWeak));
                    return true;
                }
                aux += BinaryPrimitives.ReadInt32LittleEndian(image.AsSpan(aux + 12));
            }
            var next = BinaryPrimitives.ReadInt32LittleEndian(image.AsSpan(need + 12));
            if (next == 0) return false;
            need += next;
        }
    }

    private static string ReadName(byte[] image, int offset) =>
        Encoding.ASCII.GetString(image, offset, Array.IndexOf(image, (byte)0, offset) - offset);

    private static bool HostProvidesNeededVersion()
    {
        if (!NativeLibrary.TryLoad("libstdc++.so.6", out var handle)) return false;
        try
        {
            // A function that GCC 13 introduced under exactly the needed version.
            return NativeLibrary.TryGetExport(handle, "_ZSt21ios_base_library_initv", out _);
        }
        finally
        {
            NativeLibrary.Free(handle);
        }
    }
}
