using System.Text.Json.Nodes;

namespace Workbench.Weights;

/// <summary>The keys by which diffusers and transformers recognise whose config a file is.</summary>
public sealed class ConfigHeader
{
    /// <summary>The diffusers release whose folder layout we write.</summary>
    public const string DiffusersVersion = "0.30.3";

    /// <summary>The transformers release whose config layout we write.</summary>
    public const string TransformersVersion = "4.45.0";

    private readonly List<(string Key, JsonNode Value)> entries = [];

    private ConfigHeader()
    {
    }

    internal IEnumerable<(string Key, JsonNode Value)> Entries => entries.Select(entry => (entry.Key, entry.Value.DeepClone()));

    /// <summary><c>_class_name</c> and <c>_diffusers_version</c>, for models and schedulers of diffusers.</summary>
    public static ConfigHeader Diffusers(string className) =>
        new ConfigHeader().With("_class_name", className).With("_diffusers_version", DiffusersVersion);

    /// <summary><c>architectures</c>, <c>model_type</c> and <c>transformers_version</c>, for models of transformers.</summary>
    public static ConfigHeader Transformers(string architecture, string modelType) => new ConfigHeader()
        .With("architectures", new JsonArray(architecture)).With("model_type", modelType).With("transformers_version", TransformersVersion);

    /// <summary>Adds one more key, for example <c>torch_dtype</c>.</summary>
    public ConfigHeader With(string key, JsonNode value)
    {
        entries.Add((key, value));
        return this;
    }
}
