using System.Buffers.Binary;
using System.Diagnostics;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;

namespace Workbench.Tensors;

/// <summary>Makes TorchSharp hold the arguments of a native call until the call returns.</summary>
/// <remarks>
/// TorchSharp 0.107 passes the handle of a <c>Scalar</c> or tensor to native code and does not refer to the object afterwards. Optimised code lets
/// the garbage collector have it from there on, so its finaliser may free the native object that the call is about to read: now and then, under
/// load, <c>x.mul_(3.25)</c> fails with "Unknown scalar type" or "Expected false to be true", or damages the heap. Code that is compiled without
/// optimisation keeps its arguments to its end. So the assembly's <see cref="DebuggableAttribute"/> is set to ask for that, in a fresh copy that
/// replaces the file in our own output folder by rename; the package cache, to which the output may be hard-linked, is not touched. What
/// TorchSharp does itself is small beside the native work, and no other assembly is affected.
/// </remarks>
public static class TorchLifetimes
{
    private const string AssemblyFile = "TorchSharp.dll";
    private const DebuggableAttribute.DebuggingModes Unoptimized = DebuggableAttribute.DebuggingModes.Default | DebuggableAttribute.DebuggingModes.DisableOptimizations;

    /// <summary>Replaces <c>TorchSharp.dll</c> in <paramref name="folder"/> by a changed copy, unless it is one.</summary>
    /// <param name="folder">Folder that holds the assemblies.</param>
    /// <returns>True when a changed copy was written; it takes effect where TorchSharp is not loaded yet.</returns>
    public static bool EnsureKept(string folder)
    {
        var path = Path.Combine(folder, AssemblyFile);
        if (string.IsNullOrEmpty(folder) || !File.Exists(path)) return false;
        var image = File.ReadAllBytes(path);
        if (!AskForUnoptimized(image)) return false;
        var temporary = $"{path}.{Environment.ProcessId}.partial";
        try
        {
            File.WriteAllBytes(temporary, image);
            // The next build takes the copy for up to date, and does not put the original back.
            File.SetLastWriteTimeUtc(temporary, File.GetLastWriteTimeUtc(path));
            File.Move(temporary, path, overwrite: true);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A folder that cannot be written, or a loaded assembly on Windows: TorchSharp works as its makers ship it.
            File.Delete(temporary);
            return false;
        }
    }

    /// <summary>Sets the optimisation flags of an assembly's <see cref="DebuggableAttribute"/>.</summary>
    /// <param name="image">The assembly's file; changed in place.</param>
    /// <returns>True when a flag was changed; false when the flags are set already, or the attribute is missing or of the older form of two booleans.</returns>
    /// <exception cref="InvalidDataException">The image is not a .NET assembly, or is cut.</exception>
    internal static bool AskForUnoptimized(byte[] image)
    {
        try
        {
            using var file = new PEReader(ImmutableCollectionsMarshal.AsImmutableArray(image));
            var reader = file.GetMetadataReader();
            foreach (var attribute in reader.GetAssemblyDefinition().GetCustomAttributes().Select(reader.GetCustomAttribute).Where(a => IsDebuggable(reader, a)))
            {
                // Prolog 01 00, the modes as 32 bits, the count of named arguments (ECMA-335 II.23.3).
                var value = reader.GetBlobReader(attribute.Value);
                if (value.Length != 8) continue;
                value.Offset = 2;
                var modes = (DebuggableAttribute.DebuggingModes)value.ReadInt32();
                if ((modes & Unoptimized) == Unoptimized) return false;
                const int lengthPrefix = 1;
                var at = file.PEHeaders.MetadataStartOffset + reader.GetHeapMetadataOffset(HeapIndex.Blob) + reader.GetHeapOffset(attribute.Value) + lengthPrefix + 2;
                BinaryPrimitives.WriteInt32LittleEndian(image.AsSpan(at), (int)(modes | Unoptimized));
                return true;
            }
            return false;
        }
        catch (Exception e) when (e is BadImageFormatException or InvalidOperationException or ArgumentException)
        {
            throw new InvalidDataException($"{AssemblyFile}: expected a .NET assembly; it is damaged or cut.", e);
        }
    }

    private static bool IsDebuggable(MetadataReader reader, CustomAttribute attribute) =>
        attribute.Constructor.Kind == HandleKind.MemberReference
        && reader.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent is { Kind: HandleKind.TypeReference } type
        && reader.StringComparer.Equals(reader.GetTypeReference((TypeReferenceHandle)type).Name, nameof(DebuggableAttribute));
}
