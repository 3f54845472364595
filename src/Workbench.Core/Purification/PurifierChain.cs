using Workbench.Imaging;
using Workbench.Tensors;
using Workbench.Weights;
using static TorchSharp.torch;

namespace Workbench.Purification;

/// <summary>Purifiers one after the other: <c>code-sr</c> is CodeFormer, then super-resolution.</summary>
/// <seealso href="notebooks/01-defense-pipeline.ipynb">Explained in notebook 01.</seealso>
public sealed class PurifierChain : IDifferentiablePurifier
{
    private string? text;

    /// <summary>Joins purifiers in order.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public PurifierChain(params IReadOnlyList<IPurifier> stages)
    {
        if (stages.Count == 0) throw new ArgumentException("A purifier chain needs at least one purifier; 'none' leaves pictures alone.", nameof(stages));
        Stages = stages;
    }

    /// <summary>The purifiers in order.</summary>
    public IReadOnlyList<IPurifier> Stages { get; }

    /// <inheritdoc/>
    /// <remarks>With the numbers that <see cref="Parse"/> was given, for example <c>jpeg(50)-sr</c>.</remarks>
    public string Name => text ?? string.Join('-', Stages.Select(s => s.Name));

    /// <summary>Reads a chain such as <c>code-sr</c>, <c>jpeg(50)-gau(1.5)</c> or <c>none</c>.</summary>
    /// <param name="chain">Names joined by '-'; a number in parentheses sets a purifier's main option.</param>
    /// <param name="sources">Model folders and clean pictures that the named purifiers need.</param>
    /// <exception cref="ArgumentException">A name is unknown or empty, an argument is wrong, or a source is missing.</exception>
    public static PurifierChain Parse(string chain, PurifierSources? sources = null)
    {
        Check(chain, sources); // before any network is loaded
        return new([.. Split(chain).Select(name => PurifierCatalog.Create(name, sources ?? new PurifierSources()))]) { text = string.Join('-', Split(chain)) };
    }

    /// <summary>Checks names and arguments of a chain; nothing is loaded, and networks may be missing.</summary>
    /// <param name="chain">As <see cref="Parse"/> reads it.</param>
    /// <param name="sources">Settings that the arguments are put into.</param>
    /// <exception cref="ArgumentException">A name is unknown or empty, or an argument is wrong.</exception>
    public static void Check(string chain, PurifierSources? sources = null)
    {
        foreach (var name in Split(chain)) PurifierCatalog.Settings(name, sources ?? new PurifierSources());
    }

    /// <summary>The names of a chain's purifiers in order, with their arguments; nothing is loaded.</summary>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    public static IReadOnlyList<string> Names(string chain) => [.. Split(chain)];

    /// <summary>Whether any purifier of a chain draws random numbers.</summary>
    /// <param name="chain">As <see cref="Parse"/> reads it; nothing is loaded.</param>
    /// <param name="sources">Model folders.</param>
    /// <exception cref="ArgumentException">A name is unknown or empty.</exception>
    public static bool IsRandom(string chain, PurifierSources sources) => Split(chain).Any(name => PurifierCatalog.IsRandom(name, sources));

    /// <summary>The folders and files that the purifiers of a chain read, each once; those that are missing are left out.</summary>
    /// <param name="chain">As <see cref="Parse"/> reads it; nothing is loaded.</param>
    /// <param name="sources">Model folders.</param>
    /// <exception cref="ArgumentException">A name is unknown or empty.</exception>
    public static IReadOnlyList<string> Folders(string chain, PurifierSources sources) =>
        [.. Parts(chain, sources).Select(part => part.Path).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <summary>What the purifiers of a chain read, by role, each once.</summary>
    /// <param name="chain">As <see cref="Parse"/> reads it; nothing is loaded.</param>
    /// <param name="sources">Model folders.</param>
    /// <exception cref="ArgumentException">A name is unknown or empty.</exception>
    public static IReadOnlyList<ModelPart> Parts(string chain, PurifierSources sources) =>
        [.. Split(chain).SelectMany(name => PurifierCatalog.Find(name).Reads(sources)).Distinct()];

    /// <inheritdoc/>
    public ImageBatch Purify(ImageBatch images, Seed seed, IProgress<PurificationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var current = images;
        for (var i = 0; i < Stages.Count; i++)
        {
            var stage = i + 1;
            var inner = progress is null ? null : new Relay(p => progress.Report(p with { Stage = stage, Stages = Stages.Count }));
            var next = Stages[i].Purify(current, seed.For(Stages[i].Name).For(i), inner, cancellationToken);
            if (!ReferenceEquals(current, images)) current.Dispose();
            current = next;
        }
        return current;
    }

    /// <inheritdoc/>
    /// <remarks>Stages without gradients of their own are passed backwards as the identity, see <see cref="GradientPath"/>.</remarks>
    public Tensor PurifyDifferentiably(Tensor unit, Seed seed, CancellationToken cancellationToken = default) =>
        Stages.Select((stage, i) => (stage, i)).Aggregate(unit, (x, s) => GradientPath.Through(s.stage, x, seed.For(s.stage.Name).For(s.i), cancellationToken));

    /// <summary>Splits at '-' outside parentheses, so that numbers may be negative or have exponents.</summary>
    private static IEnumerable<string> Split(string chain)
    {
        var (start, depth) = (0, 0);
        for (var i = 0; i <= chain.Length; i++)
        {
            if (i < chain.Length && chain[i] == '(') depth++;
            if (i < chain.Length && chain[i] == ')') depth--;
            if (i < chain.Length && (chain[i] != '-' || depth > 0)) continue;
            yield return chain[start..i].Trim() is { Length: > 0 } name ? name
                : throw new ArgumentException($"'{chain}' has an empty place; expected names joined by '-', for example code-sr.", nameof(chain));
            start = i + 1;
        }
    }

    private sealed class Relay(Action<PurificationProgress> handler) : IProgress<PurificationProgress>
    {
        public void Report(PurificationProgress value) => handler(value);
    }
}
