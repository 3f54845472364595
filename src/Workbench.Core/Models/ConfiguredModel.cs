using Workbench.Weights;

namespace Workbench.Models;

/// <summary>Builds a network from the config of a folder, so that a config that makes no network is told by its name.</summary>
internal static class ConfiguredModel
{
    /// <summary>The network.</summary>
    /// <param name="configPath">The config, for the message.</param>
    /// <param name="create">Builds the network, with any weights.</param>
    /// <exception cref="WeightsException">It cannot be built: a value is not supported, or does not fit the others.</exception>
    public static TModel Create<TModel>(string configPath, Func<TModel> create)
    {
        try
        {
            return create();
        }
        catch (Exception e) when (e is NotSupportedException or InvalidDataException or ArgumentException or ArithmeticException)
        {
            throw new WeightsException(configPath, null, e.Message, e);
        }
    }
}
