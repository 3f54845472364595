using TorchSharp;
using Workbench.Weights;
using static TorchSharp.torch;

namespace Workbench.Models;

/// <summary>How one component of a diffusers model lies in a folder: config.json and diffusion_pytorch_model.safetensors.</summary>
internal static class DiffusersFolder
{
    /// <summary>Loads a component in evaluation mode.</summary>
    /// <param name="folder">The component's folder.</param>
    /// <param name="create">Builds the network from its config, with any weights.</param>
    /// <param name="options">What may differ between file and network.</param>
    /// <param name="dtype">Precision to compute in; null means float32.</param>
    /// <param name="device">Device to compute on; null means the CPU.</param>
    /// <param name="weights">The file of weights; null finds it by its usual names.</param>
    /// <exception cref="WeightsException">A file is missing, damaged, or does not fit; names the file.</exception>
    public static TModel Load<TModel, TConfig>(
        string folder, Func<TConfig, TModel> create, LoadOptions options, ScalarType? dtype, Device? device, string? weights = null)
        where TModel : nn.Module
        where TConfig : class
    {
        var path = Path.Combine(folder, "config.json");
        var config = ModelConfigFile.Read<TConfig>(path, typeof(TModel).Name);
        var model = ConfiguredModel.Create(path, () => create(config));
        if (dtype is { } type) model.to(type);
        if (device is not null) model.to(device);
        StateDict.LoadInto(model, weights ?? WeightFiles.Find(folder), options);
        model.eval();
        return model;
    }

    public static void Save<TConfig>(nn.Module model, TConfig config, string folder, ScalarType? dtype)
        where TConfig : class
    {
        Directory.CreateDirectory(folder);
        ModelConfigFile.Write(Path.Combine(folder, "config.json"), config, ConfigHeader.Diffusers(model.GetType().Name));
        StateDict.Save(model, Path.Combine(folder, WeightFiles.Diffusers + ".safetensors"), dtype);
    }
}
