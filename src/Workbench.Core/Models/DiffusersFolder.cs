using TorchSharp;
using Workbench.Weights;
using static TorchSharp.torch;

namespace Workbench.Models;

/// <summary>How one component of a diffusers model lies in a folder: config.json and diffusion_pytorch_model.safetensors.</summary>
internal static class DiffusersFolder
{
    public static TModel Load<TModel, TConfig>(string folder, Func<TConfig, TModel> create, LoadOptions options, ScalarType? dtype, Device? device)
        where TModel : nn.Module
        where TConfig : class
    {
        var path = Path.Combine(folder, "config.json");
        var config = ModelConfigFile.Read<TConfig>(path, typeof(TModel).Name);
        TModel model;
        try
        {
            model = create(config);
        }
        catch (Exception e) when (e is NotSupportedException or ArgumentException or ArithmeticException)
        {
            throw new WeightsException($"'{path}': {e.Message}", e);
        }
        if (dtype is { } type) model.to(type);
        if (device is not null) model.to(device);
        StateDict.LoadInto(model, WeightFiles.Find(folder), options);
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
