namespace Workbench.Schedulers;

/// <summary>The variant of a multistep solver's second-order update.</summary>
public enum SolverType
{
    /// <summary>DPM-Solver's midpoint form.</summary>
    Midpoint,

    /// <summary>DPM-Solver's Heun form.</summary>
    Heun,

    /// <summary>Found in configurations of older solvers; stands for the default form of the class that reads it.</summary>
    Logrho,

    /// <summary>UniPC with B(h) = h.</summary>
    Bh1,

    /// <summary>UniPC with B(h) = e^h − 1.</summary>
    Bh2,
}
