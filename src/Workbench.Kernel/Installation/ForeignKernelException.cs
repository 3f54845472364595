namespace Workbench.Kernel.Installation;

/// <summary>A kernelspec of the wanted name belongs to another product.</summary>
public sealed class ForeignKernelException(string folder)
    : Exception($"'{folder}' holds another product's kernelspec (its metadata does not name {KernelSpec.Owner}). Choose another --name, or --force to replace it.");
