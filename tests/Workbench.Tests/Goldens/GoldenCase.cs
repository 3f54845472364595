using Workbench.Weights;
using Xunit;
using Xunit.Sdk;

namespace Workbench.Tests.Goldens;

/// <summary>A folder of tensors that a reference implementation produced; the kind is the beginning of its name.</summary>
/// <remarks>Cases lie in the folder that <c>WORKBENCH_GOLDEN</c> names, or else in <c>tests/golden</c>.</remarks>
public sealed class GoldenCase : IXunitSerializable
{
    private readonly Lazy<GoldenTensors> io;

    [Obsolete("For deserialisation by the test runner.")]
    public GoldenCase() => io = new Lazy<GoldenTensors>(() => new GoldenTensors(File("io.safetensors")));

    public GoldenCase(string folder)
        : this(folder, Path.GetFileName(folder))
    {
    }

    private GoldenCase(string folder, string name)
    {
        (Folder, Name) = (folder, name);
        io = new Lazy<GoldenTensors>(() => new GoldenTensors(File("io.safetensors")));
    }

    /// <summary>Absolute path of the case.</summary>
    public string Folder { get; private set; } = "";

    public string Name { get; private set; } = "";

    /// <summary>Path of weights.safetensors.</summary>
    public string Weights => File("weights.safetensors");

    /// <summary>Path of config.json.</summary>
    public string Config => File("config.json");

    /// <summary>The tensors of io.safetensors, read on access.</summary>
    public GoldenTensors Io => io.Value;

    /// <summary>
    /// Theory data: every case whose name begins with <paramref name="kinds"/> (alternatives separated by '|'); without any, one row that is
    /// skipped with the reason.
    /// Use as <c>[MemberData(nameof(GoldenCase.All), "vae_", MemberType = typeof(GoldenCase))]</c>.
    /// </summary>
    public static IEnumerable<ITheoryDataRow> All(string kinds)
    {
        var root = Root(out var where);
        var cases = root is null ? [] : Find(root, kinds.Split('|')).ToList();
        if (cases.Count > 0) return cases.Select(found => new TheoryDataRow<GoldenCase>(found) );
        return [new TheoryDataRow<GoldenCase>(new GoldenCase("", "none")) { Skip = $"No golden case {kinds}* in {where}." }];
    }

    /// <summary>One case by its full name; the test is skipped when it is not there.</summary>
    public static GoldenCase Named(string name)
    {
        var root = Root(out var where);
        var folder = root is null ? null : Path.Combine(root, name);
        if (!Directory.Exists(folder)) Assert.Skip($"No golden case {name} in {where}.");
        return new GoldenCase(folder!);
    }

    /// <summary>Path of a file in the case.</summary>
    public string File(params string[] relative) => Path.Combine([Folder, .. relative]);

    /// <summary>True when the case holds the file.</summary>
    public bool Has(params string[] relative) => System.IO.File.Exists(File(relative));

    /// <summary>Reads a JSON file of the case with config conventions.</summary>
    public T Json<T>(params string[] relative)
        where T : class => ModelConfigFile.Read<T>(File(relative));

    /// <inheritdoc/>
    public override string ToString() => Name;

    void IXunitSerializable.Deserialize(IXunitSerializationInfo info)
    {
        Folder = info.GetValue<string>("folder") ?? "";
        Name = info.GetValue<string>("name") ?? "";
    }

    void IXunitSerializable.Serialize(IXunitSerializationInfo info)
    {
        info.AddValue("folder", Folder);
        info.AddValue("name", Name);
    }

    private static IEnumerable<GoldenCase> Find(string root, string[] kinds) => Directory.GetDirectories(root)
        .Where(folder => kinds.Any(kind => Path.GetFileName(folder).StartsWith(kind, StringComparison.Ordinal)))
        .Order(StringComparer.Ordinal).Select(folder => new GoldenCase(folder));

    private static string? Root(out string where)
    {
        var named = Environment.GetEnvironmentVariable("WORKBENCH_GOLDEN");
        if (!string.IsNullOrEmpty(named))
        {
            where = $"{named} (WORKBENCH_GOLDEN)";
            return Directory.Exists(named) ? Path.GetFullPath(named) : throw new DirectoryNotFoundException($"WORKBENCH_GOLDEN names {named}, which does not exist.");
        }
        where = "tests/golden";
        return Ancestors().Select(folder => Path.Combine(folder, "tests", "golden")).FirstOrDefault(Directory.Exists);
    }

    /// <summary>The folder of the test assembly and all folders above it.</summary>
    internal static IEnumerable<string> Ancestors()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent) yield return folder.FullName;
    }
}
