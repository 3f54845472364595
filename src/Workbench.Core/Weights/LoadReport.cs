using System.Text;
using static TorchSharp.torch;

namespace Workbench.Weights;

/// <summary>A tensor whose stored dtype differs from the module's.</summary>
/// <param name="Key">Module key.</param>
/// <param name="From">Dtype in the file.</param>
/// <param name="To">Dtype in the module.</param>
public sealed record CastTensor(string Key, ScalarType From, ScalarType To);

/// <summary>What happened to every key when weights were loaded into a module.</summary>
public sealed record LoadReport
{
    private const int ShownPerList = 12;

    /// <summary>File, or shard index, that was read.</summary>
    public required string Path { get; init; }

    /// <summary>Type name of the module.</summary>
    public required string Module { get; init; }

    /// <summary>Module keys that got their values from the file.</summary>
    public IReadOnlyList<string> Loaded { get; init; } = [];

    /// <summary>Module keys that the file lacks, allowed ones included.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>File keys that the module lacks, allowed ones included.</summary>
    public IReadOnlyList<string> Unexpected { get; init; } = [];

    /// <summary>Keys whose shape or kind of dtype differs, each with both sides.</summary>
    public IReadOnlyList<string> Mismatched { get; init; } = [];

    /// <summary>Keys that were cast into the module's dtype.</summary>
    public IReadOnlyList<CastTensor> Cast { get; init; } = [];

    /// <summary>File keys that the key map dropped.</summary>
    public IReadOnlyList<string> Dropped { get; init; } = [];

    /// <summary>One line of counts, and the names in every list that is not simply "loaded".</summary>
    public override string ToString()
    {
        var text = new StringBuilder($"{Module} from {Path}: {Loaded.Count} loaded, {Missing.Count} missing, {Unexpected.Count} unexpected, " +
            $"{Mismatched.Count} mismatched, {Cast.Count} cast, {Dropped.Count} dropped");
        Append(text, "missing", Missing);
        Append(text, "unexpected", Unexpected);
        Append(text, "mismatched", Mismatched);
        return text.ToString();
    }

    internal static void Append(StringBuilder text, string title, IReadOnlyList<string> names)
    {
        if (names.Count == 0) return;
        text.Append($"\n  {title}:");
        foreach (var name in names.Take(ShownPerList)) text.Append($"\n    {name}");
        if (names.Count > ShownPerList) text.Append($"\n    … and {names.Count - ShownPerList} more");
    }
}
