using static TorchSharp.torch;

namespace Workbench.Models;

/// <summary>A module without a forward method of its own, with the same promise as <see cref="NamedModule{T, TResult}"/>.</summary>
public abstract class NamedModule(string name) : nn.Module(name)
{
    /// <summary>Nothing to do: constructors register by name.</summary>
    protected override void RegisterComponents()
    {
    }
}

/// <summary>A module whose parts carry exactly the names they are registered under, those of the published weights.</summary>
/// <remarks>TorchSharp would register every field a second time under its C# name, and double the state dict.</remarks>
public abstract class NamedModule<T, TResult>(string name) : nn.Module<T, TResult>(name)
{
    /// <summary>Nothing to do: constructors register by name.</summary>
    protected override void RegisterComponents()
    {
    }
}

/// <inheritdoc cref="NamedModule{T, TResult}"/>
public abstract class NamedModule<T1, T2, TResult>(string name) : nn.Module<T1, T2, TResult>(name)
{
    /// <summary>Nothing to do: constructors register by name.</summary>
    protected override void RegisterComponents()
    {
    }
}

/// <inheritdoc cref="NamedModule{T, TResult}"/>
public abstract class NamedModule<T1, T2, T3, TResult>(string name) : nn.Module<T1, T2, T3, TResult>(name)
{
    /// <summary>Nothing to do: constructors register by name.</summary>
    protected override void RegisterComponents()
    {
    }
}

/// <inheritdoc cref="NamedModule{T, TResult}"/>
public abstract class NamedModule<T1, T2, T3, T4, TResult>(string name) : nn.Module<T1, T2, T3, T4, TResult>(name)
{
    /// <summary>Nothing to do: constructors register by name.</summary>
    protected override void RegisterComponents()
    {
    }
}
