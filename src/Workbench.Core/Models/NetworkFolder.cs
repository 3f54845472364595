using TorchSharp;
using Workbench.Weights;
using static TorchSharp.torch;

namespace Workbench.Models;

/// <summary>A model folder of one network: <c>config.json</c> beside <c>model.safetensors</c> or a torch checkpoint as published.</summary>
internal static class NetworkFolder
{
    private const string ConfigName = "config.json";
    private const string WeightsName = "model.safetensors";

    /// <summary>Reads the network of a folder in evaluation mode.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="create">Builds the network from its config, with any weights.</param>
    /// <param name="device">Device to compute on; null means the CPU.</param>
    /// <exception cref="WeightsException">A file is missing, damaged, or does not fit; names the file.</exception>
    internal static TModule Load<TModule, TConfig>(string folder, Func<TConfig, TModule> create, Device? device)
        where TModule : nn.Module
        where TConfig : class
    {
        var path = Path.Combine(folder, ConfigName);
        var config = ModelConfigFile.Read<TConfig>(path);
        var module = ConfiguredModel.Create(path, () => create(config));
        if (device is not null) module.to(device);
        StateDict.LoadInto(module, WeightFiles.FindSingle(folder, WeightsName));
        module.eval();
        return module;
    }

    internal static void Save<TConfig>(string folder, nn.Module module, TConfig config, ScalarType? castFloatsTo) where TConfig : class
    {
        Directory.CreateDirectory(folder);
        ModelConfigFile.Write(Path.Combine(folder, ConfigName), config);
        StateDict.Save(module, Path.Combine(folder, WeightsName), castFloatsTo);
    }
}
