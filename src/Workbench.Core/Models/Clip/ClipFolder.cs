using TorchSharp;
using Workbench.Weights;
using static TorchSharp.torch;

namespace Workbench.Models.Clip;

/// <summary>How CLIP models lie in a folder: config.json, and model.safetensors with transformers' keys.</summary>
/// <remarks>A folder of a whole CLIP model serves as one of its text or vision encoder too; what the encoder lacks is left in the file.</remarks>
internal static class ClipFolder
{
    private const string ConfigName = "config.json";

    public static readonly KeyMap TextKeys = KeyMap.DropPositionIds.Then(KeyMap.Drop("vision_model.*", "visual_projection.*", "logit_scale"));
    public static readonly KeyMap VisionKeys = KeyMap.DropPositionIds.Then(KeyMap.Drop("text_model.*", "text_projection.*", "logit_scale"));

    public static ClipTextConfig TextConfig(string folder)
    {
        if (!IsWhole(folder, out var path)) return ModelConfigFile.Read<ClipTextConfig>(path, "CLIPTextModel", "CLIPTextModelWithProjection");
        var whole = Config(folder);
        return whole.TextConfig with { ProjectionDim = whole.ProjectionDim };
    }

    public static ClipVisionConfig VisionConfig(string folder)
    {
        if (!IsWhole(folder, out var path)) return ModelConfigFile.Read<ClipVisionConfig>(path, "CLIPVisionModel", "CLIPVisionModelWithProjection");
        var whole = Config(folder);
        return whole.VisionConfig with { ProjectionDim = whole.ProjectionDim };
    }

    public static ClipConfig Config(string folder) => ModelConfigFile.Read<ClipConfig>(Path.Combine(folder, ConfigName), "CLIPModel");

    /// <summary>Creates, converts, loads and sets to evaluation mode.</summary>
    /// <exception cref="WeightsException">The config cannot be built, or a weight is missing; names the file.</exception>
    public static T Load<T>(Func<T> create, string folder, KeyMap keys, ScalarType? dtype, Device? device)
        where T : nn.Module
    {
        var model = ConfiguredModel.Create(Path.Combine(folder, ConfigName), create);
        if (dtype is { } type) model.to(type);
        if (device is not null) model.to(device);
        StateDict.LoadInto(model, WeightFiles.Find(folder, baseName: WeightFiles.Transformers), new LoadOptions { KeyMap = keys });
        model.eval();
        return model;
    }

    public static void Save<TConfig>(nn.Module model, TConfig config, string folder, string architecture, string modelType, ScalarType? dtype)
        where TConfig : class
    {
        Directory.CreateDirectory(folder);
        var stored = dtype ?? model.parameters().First().dtype;
        var header = ConfigHeader.Transformers(architecture, modelType).With("torch_dtype", stored.ToString().ToLowerInvariant());
        ModelConfigFile.Write(Path.Combine(folder, ConfigName), config, header);
        StateDict.Save(model, Path.Combine(folder, WeightFiles.Transformers + ".safetensors"), dtype);
    }

    private static bool IsWhole(string folder, out string path)
    {
        path = Path.Combine(folder, ConfigName);
        return ModelConfigFile.ReadObject(path).ContainsKey("text_config");
    }
}
