using Microsoft.CodeAnalysis.CSharp;

namespace Workbench.Kernel.Scripting;

/// <summary>A cell on which later ones build.</summary>
internal sealed class ChainLink(CSharpCompilation compilation, CellNames names, int slot)
{
    /// <summary>How the compiler knows it; another object once cells before it were left out.</summary>
    public CSharpCompilation Compilation { get; set; } = compilation;

    public CellNames Names { get; } = names;

    /// <summary>Where its variables are among the states of the session; 0 when it has none.</summary>
    public int Slot { get; set; } = slot;

    /// <summary>Nothing can reach it any more: all that it declared was declared again, and no cell that is reached mentions it.</summary>
    public bool IsDead { get; private set; }

    /// <summary>Finds the links that nothing can reach, given in the order in which the cells ran.</summary>
    public static void Bury(IReadOnlyList<ChainLink> links)
    {
        // From the last cell back: by name, the declarations that cells after the current one get from a cell before those.
        var answered = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        for (var i = links.Count - 1; i >= 0; i--)
        {
            var link = links[i];
            if (link.IsDead) continue;
            var isAsked = link.Names.Declared.Any(d => !answered.TryGetValue(d.Name, out var keys) || !keys.Contains(d.Key));
            link.IsDead = i > 0 && !link.Names.IsKept && !isAsked;
            if (link.IsDead) continue;
            foreach (var name in link.Names.Mentioned) answered.Remove(name); // what it mentions, it gets from before itself,
            foreach (var (name, key) in link.Names.Declared)
            {
                // or from itself
                if (!answered.TryGetValue(name, out var keys)) answered[name] = keys = new(StringComparer.Ordinal);
                keys.Add(key);
            }
        }
    }
}
