using System.Text.Json;
using Workbench.Weights;

namespace Workbench.Experiments;

/// <summary>Reads what studies stored; a file that is something else is named.</summary>
internal static class StoredJson
{
    /// <summary>The content of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="expected">What it should hold, for the message.</param>
    /// <exception cref="InvalidDataException">It holds something else.</exception>
    public static T Read<T>(string path, string expected)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(path), ModelConfigFile.Options) ?? throw new InvalidDataException($"{path}: expected {expected}, found null.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}: expected {expected}: {e.Message}", e);
        }
    }
}
