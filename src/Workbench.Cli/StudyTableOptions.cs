using System.CommandLine;
using Workbench.Experiments;

namespace Workbench.Cli;

/// <summary>The options that comparisons of methods share.</summary>
/// <param name="name">Name of the study, for the default folder of its runs.</param>
/// <param name="results">Default folder of its table.</param>
/// <param name="profiles">The presets; the first is the default.</param>
internal sealed class StudyTableOptions(string name, string results, params string[] profiles)
{
    private readonly Option<string> output = new("--out") { Description = "Folder of the tables and pictures.", DefaultValueFactory = _ => results };
    private readonly Option<string> work = new("--work") { Description = "Folder of photos and runs; finished ones in it are kept.", DefaultValueFactory = _ => Path.Combine("out", name) };
    private readonly Option<string?> cache = new("--cache") { Description = "Folder of class pictures, protected and purified photos that studies share; by default inside --work." };
    private readonly Option<string?> model = new("--model") { Description = "Model folder; by default the mini world's." };
    private readonly Option<int?> subjects = new("--subjects") { Description = "Held-out people." };
    private readonly Option<string> shard = new("--shard") { Description = "i/n: this process's part, i from 0; start one process a core.", DefaultValueFactory = _ => "0/1" };

    private readonly Option<string> profile = Among(profiles);

    public Command Command(string verb, string description, params Option[] more)
    {
        var command = new Command(verb, description) { output, work, cache, model, profile, subjects, shard };
        foreach (var option in more) command.Options.Add(option);
        return command;
    }

    public string Profile(ParseResult parse) => parse.GetRequiredValue(profile);

    public string Output(ParseResult parse) => parse.GetRequiredValue(output);

    public string WorkFolder(ParseResult parse) => parse.GetRequiredValue(work);

    public string? Model(ParseResult parse) => parse.GetValue(model);

    public int? Subjects(ParseResult parse) => parse.GetValue(subjects);

    public StudyWork Work(ParseResult parse)
    {
        var (part, parts) = StudyVerb.Part(parse.GetRequiredValue(shard));
        return new StudyWork(part, parts) { CacheFolder = parse.GetValue(cache) };
    }

    private static Option<string> Among(string[] profiles)
    {
        var option = new Option<string>("--profile") { Description = $"{string.Join(" or ", profiles)}; Smoke takes seconds and measures nothing.", DefaultValueFactory = _ => profiles[0] };
        option.AcceptOnlyFromAmong(profiles);
        return option;
    }
}
