namespace Workbench.Metrics;

/// <summary>The two files of <see cref="Lpips"/>, as they are published.</summary>
/// <param name="Trunk">torchvision's AlexNet or VGG-16; or one file that holds the linear weights too, with the keys of the <c>lpips</c> package's state dict.</param>
/// <param name="Linear">The <c>lpips</c> package's linear weights of version 0.1; the trunk's file again where that holds both.</param>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public sealed record LpipsFiles(string Trunk, string Linear);
