namespace Workbench.Metrics;

/// <summary>The feature network of <see cref="Lpips"/>.</summary>
public enum LpipsNet
{
    /// <summary>AlexNet, five feature maps: the usual choice for judging.</summary>
    Alex,

    /// <summary>VGG-16, five feature maps: the usual choice as a training loss.</summary>
    Vgg,
}
