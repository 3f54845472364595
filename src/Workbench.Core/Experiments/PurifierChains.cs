using System.Text;
using System.Text.Json.Nodes;
using Workbench.Imaging;
using Workbench.Purification;
using Workbench.Tensors;
using Workbench.Weights;

namespace Workbench.Experiments;

/// <summary>The purifier chains of a study: the networks of each are read once, not once a picture or person, and fingerprinted once.</summary>
/// <param name="sources">The folders that there are.</param>
/// <param name="perceptual">Fingerprint of what <see cref="PurifierSources.PerceptualDistance"/> computes with; null: that of the files which the sources name.</param>
internal sealed class PurifierChains(PurifierSources sources, Func<string>? perceptual = null)
{
    private readonly Dictionary<string, PurifierChain> chains = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> prints = new(StringComparer.Ordinal);
    private ImageBatch? current;

    /// <summary>Whether the settings files in the folders count too, which a user may correct; those of the mini world stay as they are.</summary>
    public bool WithSettings { get; init; }

    /// <summary>A chain.</summary>
    /// <param name="name">As <see cref="PurifierChain.Parse"/> reads it.</param>
    /// <param name="clean">The clean pictures that <c>oracle</c> hands out until the next call.</param>
    public PurifierChain Of(string name, ImageBatch? clean = null)
    {
        current = clean;
        return chains.TryGetValue(name, out var known) ? known : chains[name] = PurifierChain.Parse(name, sources with { Clean = Clean });
    }

    private ImageBatch Clean() => current ?? throw new InvalidOperationException("The oracle was not told of the clean pictures.");

    /// <summary>Fingerprint of all that a chain's result depends on beside its name, pictures and seed; those of other chains do not count.</summary>
    public string Weights(string name)
    {
        var all = new StringBuilder().AppendJoin('\n', PurifierChain.Folders(name, sources).Select(OfFolder).Where(print => print.Length > 0));
        all.Append(OfSettings(name));
        if (name.Contains("impress", StringComparison.Ordinal) && sources.PerceptualDistance is not null) all.Append(perceptual is null ? OfDistance() : perceptual());
        return all.Length == 0 ? "none" : Fingerprint.OfText(all.ToString())[..16];
    }

    /// <summary>Settings that are not the paper's: those are what a name means by itself, and results were stored before there were others.</summary>
    private string OfSettings(string name)
    {
        var (all, settings) = (new StringBuilder(), sources.Settings);
        if (name.Contains("ldiffp", StringComparison.Ordinal) && settings.LatentDiffPure != LatentDiffPureOptions.Paper) all.Append(settings.LatentDiffPure);
        var paper = sources with { Settings = PurifierSettings.Paper with { LatentDiffPure = settings.LatentDiffPure } };
        foreach (var purifier in PurifierChain.Names(name))
            if (PurifierCatalog.Settings(purifier, sources) is { } now && !JsonNode.DeepEquals(now, PurifierCatalog.Settings(purifier, paper))) all.Append(now.ToJsonString());
        if (sources.Class != new PurifierSources().Class) all.Append(sources.Class);
        return all.ToString();
    }

    private string OfDistance() => string.Join('\n', sources.PerceptualParts.Select(part => part.Path).OfType<string>().Select(OfFolder).Prepend(sources.PerceptualName));

    private string OfFolder(string folder)
    {
        if (prints.TryGetValue(folder, out var known)) return known;
        if (!Directory.Exists(folder) && !File.Exists(folder)) return ""; // a part without which a model can be, or what its reader will miss by name
        return prints[folder] = string.Join('\n', ModelPart.Files(folder).Concat(WithSettings ? ModelPart.SettingsFiles(folder) : []).Select(Fingerprint.OfFile));
    }
}
