using System.Security.Cryptography;
using System.Text;

namespace Workbench.Kernel.Protocol;

/// <summary>
/// Signs the four JSON parts of a message and checks signatures, by HMAC over the parts in order ("The wire protocol" of
/// Jupyter's messaging specification). Thread-safe.
/// </summary>
public sealed class MessageSigner
{
    private readonly byte[] key;
    private readonly HashAlgorithmName algorithm;

    /// <param name="key">The secret; empty for unsigned messages.</param>
    /// <param name="scheme">"hmac-sha256", "hmac-sha512", "hmac-sha1", "hmac-md5" and the like.</param>
    /// <exception cref="NotSupportedException">The scheme is none of these.</exception>
    public MessageSigner(string key, string scheme)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(scheme);
        this.key = Encoding.UTF8.GetBytes(key);
        algorithm = scheme switch
        {
            "hmac-sha256" => HashAlgorithmName.SHA256,
            "hmac-sha384" => HashAlgorithmName.SHA384,
            "hmac-sha512" => HashAlgorithmName.SHA512,
            "hmac-sha1" => HashAlgorithmName.SHA1,
            "hmac-md5" => HashAlgorithmName.MD5,
            _ => throw new NotSupportedException($"Signature scheme '{scheme}' is not known; hmac-sha256 is the usual one."),
        };
    }

    /// <summary>False when the connection has no key: then nothing is signed or checked.</summary>
    public bool IsEnabled => key.Length > 0;

    /// <summary>The signature as lower-case hexadecimal digits; empty without a key.</summary>
    public string Sign(params ReadOnlySpan<byte[]> parts)
    {
        if (!IsEnabled) return "";
        using var hmac = IncrementalHash.CreateHMAC(algorithm, key);
        foreach (var part in parts) hmac.AppendData(part);
        return Convert.ToHexStringLower(hmac.GetHashAndReset());
    }

    /// <summary>True when the signature fits, compared in constant time, or when there is no key.</summary>
    public bool Verify(ReadOnlySpan<byte> signature, params ReadOnlySpan<byte[]> parts) =>
        !IsEnabled || CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Sign(parts)), signature);
}
