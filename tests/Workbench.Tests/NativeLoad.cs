using System.Runtime.CompilerServices;
using Workbench.Tensors;

namespace Workbench.Tests;

/// <summary>Runs the core library's module initializer first, so that a test may begin with a plain TorchSharp call.</summary>
internal static class NativeLoad
{
#pragma warning disable CA2255 // The test runner offers no earlier hook.
    [ModuleInitializer]
    internal static void Initialize() => RuntimeHelpers.RunModuleConstructor(typeof(NativeTorch).Module.ModuleHandle);
#pragma warning restore CA2255
}
