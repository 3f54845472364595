namespace Workbench.Experiments;

/// <summary>One part of the defense that can be on or off by itself.</summary>
/// <param name="Name">Its name in the names of conditions.</param>
/// <param name="Title">Its name in tables.</param>
/// <param name="IsOn">Whether a run has it.</param>
public sealed record AblationSwitch(string Name, string Title, Func<Scenario, bool> IsOn)
{
    /// <summary>The five parts. The paper's table has three: it takes the last three together.</summary>
    public static IReadOnlyList<AblationSwitch> All { get; } =
    [
        new("code", "CodeFormer", s => Stages(s).Contains("code")),
        new("sr", "super-resolution", s => Stages(s).Contains("sr")),
        new("train", "noise token in training", s => s.Decoupling.TrainWithNoiseToken),
        new("suffix", "suffix at sampling", s => s.Decoupling.SuffixAtSampling),
        new("negative", "negative prompt", s => s.Decoupling.NegativeAtSampling),
    ];

    private static string[] Stages(Scenario scenario) => scenario.Purifier.Split('-');
}
