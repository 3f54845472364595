using System.Text;

namespace Workbench.Tests.Metrics.Faces;

/// <summary>Writes the smallest ONNX files that a test needs: one operator from one input to one output, as protobuf by hand.</summary>
internal static class TinyOnnx
{
    /// <summary>The mean over two axes of a [1, a, b, c] input.</summary>
    public static byte[] Mean(long[] input, int firstAxis, int secondAxis, long outputLength)
    {
        var axes = Message((1, Text("axes")), (8, (ulong)firstAxis), (8, (ulong)secondAxis), (20, 7UL));
        var keep = Message((1, Text("keepdims")), (3, 0UL), (20, 2UL));
        var node = Message((1, Text("x")), (2, Text("y")), (4, Text("ReduceMean")), (5, axes), (5, keep));
        var graph = Message((1, node), (2, Text("g")), (11, Value("x", input)), (12, Value("y", [1, outputLength])));
        return Message((1, 7UL), (7, graph), (8, Message((1, Text("")), (2, 13UL))));
    }

    internal static byte[] Value(string name, long[] shape)
    {
        var dimensions = Message([.. shape.Select(d => (1, (object)Message((1, (ulong)d))))]);
        return Message((1, Text(name)), (2, Message((1, Message((1, 1UL), (2, dimensions))))));
    }

    internal static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    internal static byte[] Message(params (int Field, object Value)[] fields)
    {
        using var stream = new MemoryStream();
        foreach (var (field, value) in fields)
        {
            Number(stream, (ulong)field << 3 | (value is byte[] ? 2UL : 0));
            if (value is byte[] bytes)
            {
                Number(stream, (ulong)bytes.Length);
                stream.Write(bytes);
            }
            else
            {
                Number(stream, (ulong)value);
            }
        }
        return stream.ToArray();
    }

    private static void Number(Stream stream, ulong value)
    {
        for (; value >= 0x80; value >>= 7) stream.WriteByte((byte)(value | 0x80));
        stream.WriteByte((byte)value);
    }
}
