namespace Workbench.Kernel.Language;

/// <summary>What could stand at a place of a cell.</summary>
/// <param name="Start">Where the text to replace begins, in UTF-16 units.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Items">The possibilities, best first.</param>
internal sealed record CellCompletions(int Start, int End, IReadOnlyList<CellCompletion> Items);

/// <summary>One possibility.</summary>
/// <param name="Text">What to insert.</param>
/// <param name="Kind">"method", "property", "class", "keyword" and so on.</param>
/// <param name="Signature">Its declaration, with the number of overloads; empty when it was not looked up.</param>
/// <param name="Documentation">Its summary; empty when there is none.</param>
internal sealed record CellCompletion(string Text, string Kind, string Signature = "", string Documentation = "");
