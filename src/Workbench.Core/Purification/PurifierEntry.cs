namespace Workbench.Purification;

/// <summary>One purifier of the <see cref="PurifierCatalog"/>.</summary>
/// <param name="Name">Name in a chain.</param>
/// <param name="Title">Name in tables.</param>
/// <param name="ArgumentMeaning">What the number in <c>name(number)</c> means; empty where none is taken.</param>
/// <param name="Create">Makes the purifier from sources and that number.</param>
/// <param name="Reads">The folders that it reads, null where one is missing; no delegate: it reads none.</param>
public sealed record PurifierEntry(
    string Name, string Title, string ArgumentMeaning, Func<PurifierSources, double?, IPurifier> Create, Func<PurifierSources, IReadOnlyList<string?>>? Reads = null);
