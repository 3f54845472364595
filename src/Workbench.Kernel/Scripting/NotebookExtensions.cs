using System.Collections.Concurrent;
using System.Reflection;

namespace Workbench.Kernel.Scripting;

/// <summary>
/// What a referenced library brings for notebooks, found by name so that neither side needs the other: a static
/// <c>Register()</c> of <c>Workbench.Charts.NotebookFormatters</c> is called once, when a cell first references its assembly.
/// </summary>
internal static class NotebookExtensions
{
    private const string TypeName = "Workbench.Charts.NotebookFormatters";
    private static readonly ConcurrentDictionary<Assembly, bool> Seen = new();

    /// <summary>Loads a file that a cell references, and calls what it brings.</summary>
    /// <exception cref="CellErrorException">It is no assembly for this machine.</exception>
    public static void Load(string file, SessionLoadContext context)
    {
        try
        {
            Activate(context.LoadFile(file));
        }
        catch (Exception e) when (e is BadImageFormatException or FileLoadException or FileNotFoundException)
        {
            throw new CellErrorException(new("ReferenceError", $"'{file}' cannot be loaded: {e.Message}", [$"'{file}' cannot be loaded: {e.Message}"]));
        }
    }

    public static void Activate(Assembly assembly)
    {
        if (!Seen.TryAdd(assembly, true)) return;
        var register = assembly.GetType(TypeName, throwOnError: false)
            ?.GetMethod("Register", BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static, Type.EmptyTypes);
        try
        {
            register?.Invoke(null, null);
        }
        catch (TargetInvocationException e)
        {
            throw new InvalidOperationException($"{TypeName}.Register() of {assembly.GetName().Name} failed: {e.InnerException?.Message}", e.InnerException);
        }
    }
}
