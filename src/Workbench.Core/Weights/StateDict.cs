using System.Text;
using static TorchSharp.torch;

namespace Workbench.Weights;

/// <summary>Moves the named parameters and buffers of a module from and to files.</summary>
public static class StateDict
{
    /// <summary>Loads the weights file at <paramref name="path"/> into <paramref name="module"/>.</summary>
    /// <param name="module">Its keys are those of Hugging Face; values are cast into its dtype and moved to its device.</param>
    /// <param name="path">A safetensors file, a shard index or a torch checkpoint; see <see cref="WeightFiles.Open"/>.</param>
    /// <param name="options">What may differ; by default nothing.</param>
    /// <returns>What happened to every key.</returns>
    /// <exception cref="WeightsException">
    /// Keys are missing, unexpected or mismatched (nothing was changed then), or a value is not finite, or does not fit into the
    /// module's dtype (tensors before it were changed).
    /// </exception>
    public static LoadReport LoadInto(nn.Module module, string path, LoadOptions? options = null)
    {
        using var source = WeightFiles.Open(path);
        return LoadInto(module, source, options);
    }

    /// <summary>Loads an open source of tensors into <paramref name="module"/>, in the same manner.</summary>
    public static LoadReport LoadInto(nn.Module module, ITensorSource source, LoadOptions? options = null)
    {
        options ??= LoadOptions.Strict;
        var targets = module.state_dict();
        var plan = Match(module, source, targets, options);
        var report = plan.Report;
        ThrowOnDifference(report, options);
        foreach (var (key, stored) in plan.Sources) Copy(source, stored, targets[key], options.CheckFinite);
        return report;
    }

    /// <summary>Writes parameters and persistent buffers of <paramref name="module"/> as safetensors.</summary>
    /// <param name="module">Any device and dtype.</param>
    /// <param name="path">Target; replaced only by a complete file.</param>
    /// <param name="castFloatsTo">Stores floating-point tensors in this type, for example Float16.</param>
    public static void Save(nn.Module module, string path, ScalarType? castFloatsTo = null) =>
        SafetensorsFile.Write(path, module.state_dict(), castFloatsTo: castFloatsTo);

    private sealed record Plan(LoadReport Report, IReadOnlyDictionary<string, string> Sources);

    private static Plan Match(nn.Module module, ITensorSource source, Dictionary<string, Tensor> targets, LoadOptions options)
    {
        var sources = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var mapped = new HashSet<string>(StringComparer.Ordinal);
        List<string> unexpected = [], mismatched = [], dropped = [];
        var cast = new List<CastTensor>();
        foreach (var stored in source.Keys)
        {
            if (options.KeyMap.Map(stored) is not { } key)
            {
                dropped.Add(stored);
                continue;
            }
            if (!mapped.Add(key)) throw new WeightsException(source.Path, stored, $"two tensors of the file map to '{key}'");
            if (!targets.TryGetValue(key, out var target)) unexpected.Add(key);
            else if (Difference(source, stored, target, options) is { } difference) mismatched.Add($"{key}: {difference}");
            else
            {
                sources[key] = stored;
                if (source.DType(stored) != target.dtype) cast.Add(new CastTensor(key, source.DType(stored), target.dtype));
            }
        }
        var report = new LoadReport
        {
            Path = source.Path,
            Module = module.GetType().Name,
            Loaded = [.. sources.Keys],
            Missing = [.. targets.Keys.Where(key => !mapped.Contains(key)).Order(StringComparer.Ordinal)],
            Unexpected = unexpected,
            Mismatched = mismatched,
            Cast = cast,
            Dropped = dropped,
        };
        return new Plan(report, sources);
    }

    private static string? Difference(ITensorSource source, string stored, Tensor target, LoadOptions options)
    {
        var shape = source.Shape(stored);
        var dtype = source.DType(stored);
        var sameShape = shape.SequenceEqual(target.shape)
            || (options.ReshapePointwise && WithoutPointwise(shape).SequenceEqual(WithoutPointwise(target.shape)));
        if (!sameShape) return $"file has shape [{string.Join(", ", shape)}], module has [{string.Join(", ", target.shape)}]";
        return SafetensorsDType.IsFloat(dtype) == SafetensorsDType.IsFloat(target.dtype) ? null : $"file has {dtype}, module has {target.dtype}";
    }

    private static IEnumerable<long> WithoutPointwise(IReadOnlyList<long> shape) =>
        shape.Count == 4 && shape[2] == 1 && shape[3] == 1 ? shape.Take(2) : shape;

    private static void ThrowOnDifference(LoadReport report, LoadOptions options)
    {
        var missing = report.Missing.Where(key => !KeyPattern.AnyMatch(options.AllowMissing, key)).ToList();
        var unexpected = report.Unexpected.Where(key => !KeyPattern.AnyMatch(options.AllowUnexpected, key)).ToList();
        if (missing.Count + unexpected.Count + report.Mismatched.Count == 0) return;
        var text = new StringBuilder($"{report.Path}: the weights do not fit {report.Module}: " +
            $"{missing.Count} missing, {unexpected.Count} unexpected, {report.Mismatched.Count} mismatched, {report.Loaded.Count} would load");
        LoadReport.Append(text, "missing in the file", missing);
        LoadReport.Append(text, "unexpected in the file", unexpected);
        LoadReport.Append(text, "mismatched", report.Mismatched);
        throw new WeightsException(text.ToString());
    }

    private static void Copy(ITensorSource source, string stored, Tensor target, bool checkFinite)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var value = source.Read(stored);
        var fits = value.to(target.dtype);
        if (checkFinite && FiniteCheck.CountNonFinite(fits) is > 0 and var bad)
        {
            throw new WeightsException(source.Path, stored, FiniteCheck.AllFinite(value)
                ? $"{bad} of {value.numel()} values do not fit into the module's {target.dtype}"
                : $"{bad} of {value.numel()} values are NaN or infinite");
        }
        target.copy_(fits.view(target.shape));
    }
}
