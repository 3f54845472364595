namespace Workbench.Weights;

/// <summary>One entry of a model index: the library and the class that load a component folder.</summary>
/// <param name="Library"><c>diffusers</c> or <c>transformers</c>, or a file name for custom code.</param>
/// <param name="ClassName">For example <c>UNet2DConditionModel</c>.</param>
public sealed record ModelComponent(string Library, string ClassName)
{
    /// <summary>A component of diffusers.</summary>
    public static ModelComponent Diffusers(string className) => new("diffusers", className);

    /// <summary>A component of transformers.</summary>
    public static ModelComponent Transformers(string className) => new("transformers", className);
}
