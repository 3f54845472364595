using TorchSharp;
using Workbench.Weights;
using static TorchSharp.torch;

namespace Workbench.Models.SuperResolution;

/// <summary>A model folder of one network: <c>config.json</c> beside <c>model.safetensors</c> or a torch checkpoint as published.</summary>
internal static class Pretrained
{
    private const string ConfigName = "config.json";
    private const string WeightsName = "model.safetensors";

    internal static TConfig ReadConfig<TConfig>(string folder) where TConfig : class => ModelConfigFile.Read<TConfig>(Path.Combine(folder, ConfigName));

    internal static TModule Load<TModule>(string folder, TModule module) where TModule : nn.Module
    {
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
