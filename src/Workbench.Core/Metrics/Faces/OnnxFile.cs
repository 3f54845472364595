using Microsoft.ML.OnnxRuntime;

namespace Workbench.Metrics.Faces;

/// <summary>Opens and runs ONNX files that take one picture.</summary>
internal static class OnnxFile
{
    public static InferenceSession Open(string path)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"{path}: there is no such ONNX file; give the path of a network of your own.", path);
        using var settings = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        try
        {
            return new InferenceSession(path, settings);
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidDataException($"{path}: this is no ONNX file that the runtime can read ({e.Message}).", e);
        }
    }

    /// <summary>All outputs of one input.</summary>
    public static IReadOnlyList<(long[] Shape, float[] Values)> Run(InferenceSession session, float[] input, long[] shape)
    {
        using var value = OrtValue.CreateTensorValueFromMemory(input, shape);
        using var run = new RunOptions();
        using var results = session.Run(run, [session.InputNames[0]], [value], session.OutputNames);
        return [.. results.Select(r => (r.GetTensorTypeAndShape().Shape, r.GetTensorDataAsSpan<float>().ToArray()))];
    }
}
