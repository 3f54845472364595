using System.Reflection;
using Microsoft.CodeAnalysis.CSharp;

namespace Workbench.Kernel.Scripting;

/// <summary>The cells that later cells build on, and their variables. A cell that declares nothing leaves no link.</summary>
internal sealed class SubmissionChain(SessionLoadContext context)
{
    private object?[] states = new object?[16];
    private int count = 1; // slot 0 is for a globals object, which sessions have not

    /// <summary>The cell that the next one builds on.</summary>
    public CSharpCompilation? Last { get; private set; }

    /// <summary>The variables that cells have declared; a later declaration hides an earlier one.</summary>
    public IReadOnlyList<SessionVariable> Variables
    {
        get
        {
            var variables = new Dictionary<string, SessionVariable>(StringComparer.Ordinal);
            foreach (var state in states[1..count])
                foreach (var member in state!.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly))
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
    public void Append(CompiledCell cell)
    {
        if (cell.IsLink)
        {
            Last = cell.Compilation;
            if (states[count] is not null) count++; // a submission without members takes no slot
        }
        else
        {
            states[count] = null;
        }
    }
}
