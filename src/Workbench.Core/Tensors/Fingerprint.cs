using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace Workbench.Tensors;

/// <summary>SHA-256 fingerprints of weights, to prove that a model did not change or that two are equal bit for bit.</summary>
public static class Fingerprint
{
    private const int CopyChunk = 1 << 26;

    /// <summary>Fingerprint of a module's parameters and persistent buffers: names, dtypes, shapes and bytes.</summary>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public static string Of(nn.Module module) => Of(module.state_dict());

    /// <summary>Fingerprint of named tensors; their order does not matter.</summary>
    public static string Of(IReadOnlyDictionary<string, Tensor> tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, tensor) in tensors.OrderBy(pair => pair.Key, StringComparer.Ordinal)) Append(hash, name, tensor);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Fingerprint of one tensor.</summary>
    public static string Of(Tensor tensor)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, "", tensor);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>SHA-256 of a file's bytes.</summary>
    public static string OfFile(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>SHA-256 of a text's UTF-8 bytes.</summary>
    public static string OfText(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static void Append(IncrementalHash hash, string name, Tensor tensor)
    {
        // Lengths before contents: no two different dictionaries give the same bytes.
        var nameBytes = Encoding.UTF8.GetBytes(name);
        AppendNumber(hash, nameBytes.Length);
        hash.AppendData(nameBytes);
        AppendNumber(hash, (long)tensor.dtype);
        AppendNumber(hash, tensor.dim());
        foreach (var size in tensor.shape) AppendNumber(hash, size);
        if (tensor.numel() == 0) return;
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var flat = tensor.detach().cpu().contiguous().view(-1);
        var step = CopyChunk / flat.element_size();
        for (long done = 0, count = flat.numel(); done < count; done += step)
        {
            using var part = flat.narrow(0, done, Math.Min(step, count - done));
            hash.AppendData(part.bytes);
        }
    }

    private static void AppendNumber(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        hash.AppendData(bytes);
    }
}
