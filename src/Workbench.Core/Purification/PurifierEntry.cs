using Workbench.Weights;

namespace Workbench.Purification;

/// <summary>One purifier of the <see cref="PurifierCatalog"/>.</summary>
/// <param name="Name">Name in a chain.</param>
/// <param name="Title">Name in tables.</param>
/// <param name="ArgumentMeaning">What the number in <c>name(number)</c> means; empty where none is taken.</param>
/// <param name="Create">Makes the purifier from sources and that number.</param>
public sealed record PurifierEntry(string Name, string Title, string ArgumentMeaning, Func<PurifierSources, double?, IPurifier> Create)
{
    /// <summary>The options in force for sources and that number, null where the purifier has none; nothing is loaded.</summary>
    public Func<PurifierSources, double?, object?> Settings { get; init; } = (_, _) => null;

    /// <summary>What it reads.</summary>
    public Func<PurifierSources, IReadOnlyList<ModelPart>> Reads { get; init; } = _ => [];

    /// <summary>An entry whose purifier is made from its options.</summary>
    internal static PurifierEntry With<TOptions>(
        string name, string title, string argumentMeaning, Func<PurifierSources, double?, TOptions> settings, Func<PurifierSources, TOptions, IPurifier> create)
        where TOptions : IPurifierOptions
    {
        TOptions Checked(PurifierSources sources, double? number)
        {
            var options = settings(sources, number);
            options.Validate();
            return options;
        }

        return new(name, title, argumentMeaning, (sources, number) => create(sources, Checked(sources, number))) { Settings = (sources, number) => Checked(sources, number) };
    }
}
