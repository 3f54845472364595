using Microsoft.ML.OnnxRuntime;

namespace Workbench.Models.Onnx;

/// <summary>A network of the user's own in an ONNX file, with one input; runs on the CPU and gives no gradients.</summary>
internal sealed class OnnxNetwork : IDisposable
{
    private readonly InferenceSession session;

    /// <summary>Opens the file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The runtime cannot read it.</exception>
    public OnnxNetwork(string path)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"{path}: there is no such ONNX file; give the path of a network of your own.", path);
        // Exported files often list their weights among the inputs, and the runtime warns of each.
        using var settings = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        try
        {
            session = new InferenceSession(path, settings);
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidDataException($"{path}: this is no ONNX file that the runtime can read ({e.Message}).", e);
        }
        Path = path;
        InputShape = [.. session.InputMetadata[session.InputNames[0]].Dimensions];
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Shape of the input as the file states it; -1 where it is left open.</summary>
    public IReadOnlyList<int> InputShape { get; }

    /// <summary>The input's length along <paramref name="axis"/> of four, as the file states it, or <paramref name="open"/> where it leaves it open.</summary>
    public int Side(int axis, int open) => InputShape is { Count: 4 } shape && shape[axis] > 0 ? shape[axis] : open;

    /// <summary>All outputs for one input, in the file's order.</summary>
    /// <exception cref="InvalidDataException">The network does not take the input, or gives something other than float32.</exception>
    public IReadOnlyList<(long[] Shape, float[] Values)> Run(float[] input, long[] shape)
    {
        try
        {
            using var value = OrtValue.CreateTensorValueFromMemory(input, shape);
            using var run = new RunOptions();
            using var results = session.Run(run, [session.InputNames[0]], [value], session.OutputNames);
            return [.. results.Select(r => (r.GetTensorTypeAndShape().Shape, r.GetTensorDataAsSpan<float>().ToArray()))];
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidDataException($"{Path}: the network did not take an input of [{string.Join(", ", shape)}] ({e.Message}).", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => session.Dispose();
}
