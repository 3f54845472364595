namespace Workbench.Perturbations;

/// <summary>Settings of a <see cref="Perturbation"/>: a record that a manifest can hold.</summary>
public interface IPerturbationOptions
{
    /// <summary>The bound.</summary>
    LinfBudget Budget { get; }

    /// <summary>Checks the numbers.</summary>
    /// <exception cref="ArgumentException">Names the property.</exception>
    void Validate();
}
