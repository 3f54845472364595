namespace Workbench.Experiments;

/// <summary>Turns the progress of one run into that of the whole.</summary>
/// <param name="outer">Hears the run, its stage, and the share of all runs that is done.</param>
/// <param name="run">Name of the run.</param>
/// <param name="done">Runs before it.</param>
/// <param name="total">All runs.</param>
internal sealed class StudyProgress(IProgress<(string Stage, double Fraction)>? outer, string run, int done, int total) : IProgress<(string Stage, double Fraction)>
{
    private string last = "";

    /// <summary>Passes on each stage once, not every step.</summary>
    public void Report((string Stage, double Fraction) value)
    {
        if (value.Stage == last) return;
        last = value.Stage;
        outer?.Report(($"{run}: {value.Stage}", (double)done / total));
    }
}
