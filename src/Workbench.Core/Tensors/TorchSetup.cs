using System.Runtime.CompilerServices;

namespace Workbench.Tensors;

/// <summary>Prepares the output folder's TorchSharp before it is loaded (<see cref="NativeTorch"/>, <see cref="TorchLifetimes"/>), and looks whether it computes right (<see cref="OneDnn"/>).</summary>
public static class TorchSetup
{
    /// <summary>Runs before any other code of this assembly: TorchSharp may be touched by the very next statement.</summary>
#pragma warning disable CA2255 // A module initializer is the only hook that every host (tests, program, notebook) runs for us.
    [ModuleInitializer]
    internal static void Initialize()
    {
        Prepare(Path.GetDirectoryName(typeof(TorchSetup).Assembly.Location) ?? AppContext.BaseDirectory);
        OneDnn.EnsureRight();
    }
#pragma warning restore CA2255

    /// <summary>Replaces what must be replaced; a prepared folder is left alone. A host calls it before it touches TorchSharp.</summary>
    /// <param name="folder">Folder that holds the assemblies and the native libraries, flat.</param>
    public static void Prepare(string folder)
    {
        NativeTorch.EnsureLoadable(folder);
        TorchLifetimes.EnsureKept(folder);
    }
}
