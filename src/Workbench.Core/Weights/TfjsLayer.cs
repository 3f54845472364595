using System.Text.Json;

namespace Workbench.Weights;

/// <summary>One layer of a TensorFlow.js layers model.</summary>
/// <param name="ClassName">Keras class, for example <c>Conv2D</c>.</param>
/// <param name="Name">Name of the layer, the first part of its weights' names.</param>
/// <param name="Config">The layer's own settings.</param>
public sealed record TfjsLayer(string ClassName, string Name, JsonElement Config);
