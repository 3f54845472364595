using TorchSharp;
using Workbench.Models.Clip;
using Workbench.Models.UNet;
using static TorchSharp.torch;

namespace Workbench.Personalization;

/// <summary>Independent copies of networks.</summary>
public static class ModuleCopy
{
    /// <summary>A float32 copy of <paramref name="source"/> that shares no tensor with it.</summary>
    public static UNet2DConditionModel Of(UNet2DConditionModel source) => Fill(new UNet2DConditionModel(source.Config), source);

    /// <summary>A float32 copy of <paramref name="source"/> that shares no tensor with it.</summary>
    public static ClipTextModel Of(ClipTextModel source) => Fill(new ClipTextModel(source.Config), source);

    /// <summary>Overwrites the parameters and buffers of <paramref name="target"/> with those of the like-built <paramref name="source"/>.</summary>
    public static void Overwrite(nn.Module target, nn.Module source)
    {
        using var guard = no_grad();
        foreach (var (into, from) in target.parameters().Zip(source.parameters())) into.copy_(from);
        foreach (var (into, from) in target.buffers().Zip(source.buffers())) into.copy_(from);
    }

    private static TModule Fill<TModule>(TModule target, TModule source) where TModule : nn.Module
    {
        var device = source.parameters().First().device;
        target.to(device);
        Overwrite(target, source);
        target.eval();
        return target;
    }
}
