using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Workbench.Tensors;

/// <summary>A random seed that is passed explicitly and split by name, so that adding one draw never changes another.</summary>
/// <param name="Value">The 64-bit seed.</param>
/// <seealso href="notebooks/00-start-here.ipynb">Explained in notebook 00.</seealso>
public readonly record struct Seed(ulong Value)
{
    /// <summary>The seed for one named purpose, for example <c>seed.For("noise")</c>.</summary>
    public Seed For(string purpose) => Derive(Encoding.UTF8.GetBytes(purpose));

    /// <summary>The seed of one numbered item, for example one image of a batch.</summary>
    public Seed For(long index)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, index);
        return Derive(bytes);
    }

    /// <summary>Opens a stream of random tensors that depends on nothing but this seed.</summary>
    public RandomStream Open() => new(this);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();

    private Seed Derive(ReadOnlySpan<byte> salt)
    {
        Span<byte> input = stackalloc byte[8 + salt.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(input, Value);
        salt.CopyTo(input[8..]);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(input, hash);
        // torch takes signed seeds in some places: stay below 2^63.
        return new Seed(BinaryPrimitives.ReadUInt64LittleEndian(hash) >> 1);
    }
}
