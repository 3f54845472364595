using System.CommandLine;

namespace Workbench.Cli;

/// <summary>The verbs of the <c>workbench</c> program, one file a verb.</summary>
internal static class Verbs
{
    /// <summary>Every verb, in the order in which help lists them.</summary>
    public static IEnumerable<Command> All =>
    [
        NotebookVerb.Create(),
        KernelVerb.Create(),
        ProtectVerb.Create(),
        SampleVerb.Create(),
        PurifyVerb.Create(),
        ScoreVerb.Create(),
        StudyVerb.Create(),
        WeightsVerb.Create(),
        WorldVerb.Create(),
    ];
}
