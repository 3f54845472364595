using System.CommandLine;
using Workbench.Experiments;

namespace Workbench.Cli;

/// <summary>The options that comparisons of methods share.</summary>
/// <param name="name">Name of the study, for the default folder of its runs.</param>
/// <param name="results">Default folder of its table. A Smoke run, which measures nothing, has a folder of its own in place of it.</param>
/// <param name="profiles">The presets; the first is the default.</param>
internal sealed class StudyTableOptions(string name, string results, params string[] profiles)
{
    private readonly Option<string?> output = new("--out") { Description = $"Folder of the tables and pictures; by default {results}, of a Smoke run one in out/." };
    private readonly Option<string?> work = new("--work") { Description = $"Folder of photos and runs; finished ones in it are kept. By default {Path.Combine("out", name)}, of a Smoke run another." };
    private readonly Option<string?> cache = new("--cache") { Description = "Folder of class pictures, protected and purified photos that studies share; by default inside --work." };
    private readonly Option<string[]> reuse = StudyVerb.Reuse();
    private readonly Option<string?> model = new("--model") { Description = "Model folder; by default the mini world's." };
    private readonly Option<int?> subjects = new("--subjects") { Description = "Held-out people." };
    private readonly Option<string> shard = StudyVerb.Shard();
    private readonly Option<string> profile = Among(profiles);

    public Command Command(string verb, string description, params Option[] more)
    {
        var command = new Command(verb, description) { output, work, cache, reuse, model, profile, subjects, shard };
        foreach (var option in more) command.Options.Add(option);
        return command;
    }

    public string Profile(ParseResult parse) => parse.GetRequiredValue(profile);

    public bool IsSmoke(ParseResult parse) => Profile(parse) == "Smoke";

    public string Output(ParseResult parse) => parse.GetValue(output) ?? (IsSmoke(parse) ? Path.Combine("out", $"{name}-smoke", "results") : results);

    public string WorkFolder(ParseResult parse) => parse.GetValue(work) ?? Path.Combine("out", IsSmoke(parse) ? $"{name}-smoke" : name);

    public string? Model(ParseResult parse) => parse.GetValue(model);

    public int? Subjects(ParseResult parse) => parse.GetValue(subjects);

    public StudyWork Work(ParseResult parse)
    {
        var (part, parts) = StudyVerb.Part(parse.GetRequiredValue(shard));
        return new StudyWork(part, parts) { CacheFolder = parse.GetValue(cache), ReuseFolders = parse.GetValue(reuse) ?? [] };
    }

    private static Option<string> Among(string[] profiles)
    {
        var option = new Option<string>("--profile") { Description = $"{string.Join(" or ", profiles)}; Smoke takes seconds and measures nothing.", DefaultValueFactory = _ => profiles[0] };
        option.AcceptOnlyFromAmong(profiles);
        return option;
    }
}
