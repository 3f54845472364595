using System.Text.Json.Nodes;

namespace Workbench.Weights;

/// <summary>A diffusers model folder: <c>model_index.json</c> and one folder a component (<c>unet</c>, <c>vae</c>, <c>text_encoder</c>, …).</summary>
public sealed class ModelFolder
{
    private const string IndexName = "model_index.json";

    private ModelFolder(string path, string className, IReadOnlyDictionary<string, ModelComponent?> components, IReadOnlyDictionary<string, JsonNode?> settings) =>
        (Path, ClassName, Components, Settings) = (path, className, components, settings);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Pipeline class, for example <c>StableDiffusionPipeline</c>.</summary>
    public string ClassName { get; }

    /// <summary>Every component that the index names; null for one that it declares absent.</summary>
    public IReadOnlyDictionary<string, ModelComponent?> Components { get; }

    /// <summary>The index's other keys, for example <c>requires_safety_checker</c>.</summary>
    public IReadOnlyDictionary<string, JsonNode?> Settings { get; }

    /// <summary>Reads the index of <paramref name="path"/>. Folders of components that nobody asks for, such as <c>safety_checker</c>, may be missing.</summary>
    /// <exception cref="WeightsException">The folder or its index is missing, or the index is damaged.</exception>
    public static ModelFolder Open(string path)
    {
        if (!Directory.Exists(path)) throw new WeightsException(path, null, "there is no such model folder");
        var index = System.IO.Path.Combine(path, IndexName);
        if (!File.Exists(index)) throw new WeightsException(path, null, $"is not a diffusers folder: it holds no {IndexName} ({Contents(path)})");
        var json = ModelConfigFile.ReadObject(index);
        if (json["_class_name"] is not JsonValue name || !name.TryGetValue<string>(out var className))
            throw new WeightsException(index, null, "'_class_name' is missing");
        var components = new SortedDictionary<string, ModelComponent?>(StringComparer.Ordinal);
        var settings = new SortedDictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var (key, value) in json.Where(pair => !pair.Key.StartsWith('_')))
        {
            if (value is JsonArray { Count: 2 } pair && pair.All(item => item is null || item.GetValueKind() == System.Text.Json.JsonValueKind.String))
                components[key] = ToComponent(index, key, pair);
            else settings[key] = value?.DeepClone();
        }
        return new ModelFolder(path, className, components, settings);
    }

    /// <summary>Takes the index away before components are replaced, so that a folder half of whose parts are of an older model does not open.</summary>
    /// <param name="path">The model folder, which need not exist.</param>
    internal static void BeginWrite(string path)
    {
        if (Directory.Exists(path)) File.Delete(System.IO.Path.Combine(path, IndexName));
    }

    /// <summary>Writes the index of <paramref name="path"/> (created when missing), in the layout that diffusers loads.</summary>
    /// <param name="path">The model folder.</param>
    /// <param name="className">Pipeline class, for example <c>StableDiffusionPipeline</c>.</param>
    /// <param name="components">Component folders; null declares an optional one absent (<c>safety_checker</c>).</param>
    /// <param name="settings">Further keys, for example <c>requires_safety_checker: false</c>.</param>
    public static void WriteIndex(
        string path, string className, IReadOnlyDictionary<string, ModelComponent?> components, IReadOnlyDictionary<string, JsonNode?>? settings = null)
    {
        var json = new JsonObject { ["_class_name"] = className, ["_diffusers_version"] = ConfigHeader.DiffusersVersion };
        foreach (var (key, component) in components.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            json[key] = new JsonArray(component?.Library, component?.ClassName);
        foreach (var (key, value) in settings ?? new Dictionary<string, JsonNode?>()) json[key] = value?.DeepClone();
        ModelConfigFile.WriteObject(System.IO.Path.Combine(path, IndexName), json);
    }

    /// <summary>True when the index names <paramref name="component"/> and does not declare it absent.</summary>
    public bool Has(string component) => Components.GetValueOrDefault(component) is not null;

    /// <summary>Folder of <paramref name="component"/>.</summary>
    /// <exception cref="WeightsException">The index does not name it, or declares it absent, or its folder is missing.</exception>
    public string Component(string component)
    {
        if (Has(component))
        {
            var folder = System.IO.Path.Combine(Path, component);
            return Directory.Exists(folder) ? folder : throw new WeightsException(Path, null, $"the index names '{component}', whose folder is missing ({Contents(Path)})");
        }
        var present = string.Join(", ", Components.Where(pair => pair.Value is not null).Select(pair => pair.Key));
        throw new WeightsException(Path, null, $"the model has no component '{component}' (it has {present})");
    }

    /// <summary>Class of <paramref name="component"/>, which must be one of <paramref name="supported"/> when any are given.</summary>
    /// <exception cref="WeightsException">The component is missing or of another class.</exception>
    public string ClassOf(string component, params string[] supported)
    {
        var folder = Component(component);
        var name = Components[component]!.ClassName;
        return supported.Length == 0 || supported.Contains(name, StringComparer.Ordinal)
            ? name
            : throw new WeightsException(folder, null, $"class '{name}' is not supported (supported: {string.Join(", ", supported)})");
    }

    /// <summary>The config file of <paramref name="component"/>: <c>config.json</c>, <c>scheduler_config.json</c>, <c>preprocessor_config.json</c> or <c>tokenizer_config.json</c>.</summary>
    /// <exception cref="WeightsException">The folder holds none of them.</exception>
    public string Config(string component)
    {
        var folder = Component(component);
        string[] names = ["config.json", "scheduler_config.json", "preprocessor_config.json", "tokenizer_config.json"];
        return names.Select(name => System.IO.Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? throw new WeightsException(folder, null, $"holds no {string.Join(" or ", names)} ({Contents(folder)})");
    }

    /// <summary>The weights file, or shard index, of <paramref name="component"/>; see <see cref="WeightFiles.Find"/>.</summary>
    /// <exception cref="WeightsException">There is none; the message lists what the folder holds.</exception>
    public string Weights(string component, string? variant = null) => WeightFiles.Find(Component(component), variant);

    private static ModelComponent? ToComponent(string index, string key, JsonArray pair)
    {
        if (pair[0] is null && pair[1] is null) return null;
        if (pair[0] is null || pair[1] is null) throw new WeightsException(index, null, $"component '{key}' must be [library, class] or [null, null]");
        if (key.IndexOfAny(['/', '\\', ':']) >= 0 || key is "." or "..") throw new WeightsException(index, null, $"component '{key}' is not a plain folder name");
        return new ModelComponent(pair[0]!.GetValue<string>(), pair[1]!.GetValue<string>());
    }

    private static string Contents(string folder)
    {
        var names = Directory.GetFileSystemEntries(folder).Select(System.IO.Path.GetFileName).Order(StringComparer.Ordinal).Take(20).ToList();
        return names.Count == 0 ? "the folder is empty" : $"found {string.Join(", ", names)}";
    }
}
