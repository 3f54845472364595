using System.Reflection;
using System.Runtime.Loader;

namespace Workbench.Kernel.Scripting;

/// <summary>
/// Holds one cell that declares nothing, so that no later cell refers to it: when its code is done, the garbage collector
/// takes it away, and thousands of such cells cost no memory.
/// </summary>
internal sealed class CellLoadContext(SessionLoadContext session) : AssemblyLoadContext("cell", isCollectible: true)
{
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        try
        {
            return session.LoadFromAssemblyName(assemblyName);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName) => session.LoadNative(unmanagedDllName);
}
