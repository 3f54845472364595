using Workbench.Purification;

namespace Workbench.Experiments;

/// <summary>Which purifier chains a model folder can run: a study leaves out the others, and says why.</summary>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public static class AvailableChains
{
    /// <summary>Tries every chain.</summary>
    /// <param name="chains">Chains as <see cref="PurifierChain.Parse"/> reads them.</param>
    /// <param name="sources">The folders that there are; <c>oracle</c> needs none, for every study has the clean photos.</param>
    /// <returns>The names of the chains that can be run, and a line for each that lacks a network.</returns>
    /// <exception cref="ArgumentException">A chain is no chain.</exception>
    public static (IReadOnlyList<string> Chains, IReadOnlyList<string> Missing) Of(IReadOnlyList<string> chains, PurifierSources sources)
    {
        var (found, missing) = (new List<string>(), new List<string>());
        foreach (var name in chains)
        {
            try
            {
                PurifierChain.Parse(name, sources with { Clean = () => throw new InvalidOperationException("Nothing is purified here.") });
                found.Add(name);
            }
            catch (ArgumentException e) when (e.ParamName == "source")
            {
                missing.Add($"{name}: {e.Message.Split(" (Parameter", 2)[0]}");
            }
        }
        return (found, missing);
    }

    /// <summary>The paper's purifier: CodeFormer, then super-resolution; one of them where the folder lacks the other; <c>none</c> without both.</summary>
    public static string Paper(PurifierSources sources) => (sources.Restorer, sources.Upscaler) switch
    {
        (not null, not null) => "code-sr",
        (null, not null) => "sr",
        (not null, null) => "code",
        _ => "none",
    };
}
