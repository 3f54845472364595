using System.Reflection;
using Microsoft.CodeAnalysis.CSharp;

namespace Workbench.Kernel.Scripting;

/// <summary>
/// The cells that later cells build on, and their variables. A cell that declares nothing leaves no link. One whose
/// declarations have all been made again, as happens when a notebook's cells are run again and again, is let go: at once
/// its variables' values, and from time to time the compiler's memory of it.
/// </summary>
internal sealed class SubmissionChain(SessionLoadContext context)
{
    /// <summary>So many unreachable cells are worth compiling the ones between them anew.</summary>
    private const int CompactAfter = 64;

    /// <summary>How far back cells are compiled anew: the compiler goes down such a chain by recursion.</summary>
    private const int FarthestBack = 1000;

    private readonly List<ChainLink> links = [];
    private readonly HashSet<string> keys = new(StringComparer.Ordinal);
    private object?[] states = new object?[16];
    private int count = 1; // slot 0 is for a globals object, which sessions have not

    /// <summary>The cell that the next one builds on.</summary>
    public CSharpCompilation? Last { get; private set; }

    /// <summary>Changes when cells were left out of the chain that <see cref="Last"/> ends.</summary>
    public int Generation { get; private set; }

    /// <summary>How many cells the compiler looks through.</summary>
    public int Length => links.Count;

    /// <summary>The variables that cells have declared; a later declaration hides an earlier one.</summary>
    public IReadOnlyList<SessionVariable> Variables
    {
        get
        {
            var variables = new Dictionary<string, SessionVariable>(StringComparer.Ordinal);
            foreach (var state in states[1..count].OfType<object>())
                foreach (var member in state.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly))
                    if (!member.Name.StartsWith('<')) variables[member.Name] = new(member.Name, member.FieldType, member.GetValue(state));
            return [.. variables.Values.OrderBy(v => v.Name, StringComparer.Ordinal)];
        }
    }

    /// <summary>Loads a compiled cell and returns what runs it.</summary>
    public Func<Task<object?>> Load(CompiledCell cell)
    {
        if (count + 1 >= states.Length) Array.Resize(ref states, states.Length * 2);
        System.Runtime.Loader.AssemblyLoadContext home = cell.IsLink ? context : new CellLoadContext(context);
        using MemoryStream image = new(cell.Image), symbols = new(cell.Symbols);
        var factory = home.LoadFromStream(image, symbols).GetType(cell.ClassName, throwOnError: true)!
            .GetMethod("<Factory>", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!
            .CreateDelegate<Func<object?[], Task<object?>>>();
        return () => factory(states);
    }

    /// <summary>Lets later cells build on this one, if it declares anything; also after it failed half-way.</summary>
    /// <returns>False when it was stopped before its first statement: nothing of it is there then.</returns>
    public bool Append(CompiledCell cell)
    {
        if (!cell.IsLink)
        {
            states[count] = null;
            return true;
        }

        var isRun = cell.Image.Length > 0; // one of usings only takes no slot
        if (isRun && states[count] is null) return false;
        var link = new ChainLink(cell.Compilation, CellNames.Of(cell), isRun ? count++ : 0);
        links.Add(link);
        Last = link.Compilation;
        var hidesOthers = false;
        foreach (var (_, key) in link.Names.Declared) hidesOthers |= !keys.Add(key);
        if (!hidesOthers) return true;
        ChainLink.Bury(links);
        foreach (var unreachable in links.Where(l => l.IsDead)) states[unreachable.Slot] = null;
        Compact();
        return true;
    }

    /// <summary>Leaves unreachable cells out of what the compiler looks through, once there are enough of them.</summary>
    private void Compact()
    {
        var first = Math.Max(links.FindLastIndex(l => !l.IsDead && l.Names.IsFixed) + 1, links.Count - FarthestBack);
        first = links.FindIndex(Math.Max(first, 1), l => l.IsDead);
        if (first < 0) return;
        var dead = links.Skip(first).Count(l => l.IsDead);
        if (dead < Math.Max(CompactAfter, (links.Count - first - dead) / 2)) return;

        var rest = links.Skip(first).Where(l => !l.IsDead).ToList();
        links.RemoveRange(first, links.Count - first);
        links.AddRange(rest);
        for (var i = first; i < links.Count; i++)
        {
            var info = links[i].Compilation.ScriptCompilationInfo!.WithPreviousScriptCompilation(links[i - 1].Compilation);
            links[i].Compilation = links[i].Compilation.WithScriptCompilationInfo(info);
            _ = links[i].Compilation.Assembly; // binds its references
        }

        var moved = new object?[states.Length];
        count = 1;
        foreach (var link in links.Where(l => l.Slot > 0))
        {
            moved[count] = states[link.Slot];
            link.Slot = count++;
        }

        (states, Last) = (moved, links[^1].Compilation);
        Generation++;
    }
}
