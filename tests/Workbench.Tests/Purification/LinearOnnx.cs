using static Workbench.Tests.Metrics.Faces.TinyOnnx;

namespace Workbench.Tests.Purification;

/// <summary>Writes ONNX files whose outputs are linear in the mean of every plane of their picture.</summary>
internal static class LinearOnnx
{
    private const ulong Float = 1, Int64 = 7, KindOfInteger = 2, KindOfIntegers = 7;

    /// <summary>An output: <c>means · weights + bias</c>, as <paramref name="Shape"/>.</summary>
    /// <param name="Shape">Its shape.</param>
    /// <param name="Weights">Planes × values, row by row.</param>
    /// <param name="Bias">Values.</param>
    internal sealed record Output(long[] Shape, float[] Weights, float[] Bias);

    /// <summary>A network with input <paramref name="input"/> [1, C, H, W].</summary>
    public static byte[] Network(long[] input, params Output[] outputs)
    {
        var axes = Message((1, Text("axes")), (8, 2UL), (8, 3UL), (20, KindOfIntegers));
        var keep = Message((1, Text("keepdims")), (3, 0UL), (20, KindOfInteger));
        var parts = new List<(int, object)> { (1, Message((1, Text("x")), (2, Text("mean")), (4, Text("ReduceMean")), (5, axes), (5, keep))) };
        for (var i = 0; i < outputs.Length; i++)
        {
            parts.Add((1, Node("MatMul", $"mul{i}", "mean", $"w{i}")));
            parts.Add((1, Node("Add", $"add{i}", $"mul{i}", $"b{i}")));
            parts.Add((1, Node("Reshape", $"y{i}", $"add{i}", $"s{i}")));
        }
        parts.Add((2, Text("g")));
        for (var i = 0; i < outputs.Length; i++)
        {
            var count = outputs[i].Bias.Length;
            parts.Add((5, Constant($"w{i}", Float, [input[1], count], outputs[i].Weights.SelectMany(BitConverter.GetBytes))));
            parts.Add((5, Constant($"b{i}", Float, [1, count], outputs[i].Bias.SelectMany(BitConverter.GetBytes))));
            parts.Add((5, Constant($"s{i}", Int64, [outputs[i].Shape.Length], outputs[i].Shape.SelectMany(BitConverter.GetBytes))));
        }
        parts.Add((11, Value("x", input)));
        for (var i = 0; i < outputs.Length; i++) parts.Add((12, Value($"y{i}", outputs[i].Shape)));
        return Message((1, 7UL), (7, Message([.. parts])), (8, Message((1, Text("")), (2, 13UL))));
    }

    private static byte[] Node(string kind, string output, params string[] inputs) =>
        Message([.. inputs.Select(i => (1, (object)Text(i))), (2, Text(output)), (4, Text(kind))]);

    private static byte[] Constant(string name, ulong kind, long[] shape, IEnumerable<byte> data) =>
        Message([.. shape.Select(d => (1, (object)(ulong)d)), (2, kind), (8, Text(name)), (9, data.ToArray())]);
}
