using System.CommandLine;
using Spectre.Console;
using Workbench.Experiments;
using Workbench.Metrics;
using Workbench.Purification;
using Workbench.Worlds;

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
    private readonly Option<string?> photos = new("--photos")
    {
        Description = "Photos of real people who agreed, a folder a person with set_A (for surrogates), set_B (protected and trained on) and set_C (compared with): "
            + "then --model is a real Stable Diffusion, the settings are the paper's (but tvm is of full size and impress takes its 3000 iterations where no other number is asked for), and results go to out/.",
    };
    private readonly MetricOptions metrics = new();
    private readonly Option<string[]> vgg = LpipsOptions.Option(LpipsOptions.Vgg, "For purifiers' column LPIPS (VGG), and for impress and glaze on --photos: torchvision's VGG-16 and the lpips package's v0.1/vgg.pth; or one file with both.");
    private readonly Option<string> device = ComputeOptions.Device();
    private readonly Option<int?> subjects = new("--subjects") { Description = "People: held-out ones of the mini world, or the first of --photos." };
    private readonly Option<string> shard = StudyVerb.Shard();
    private readonly Option<string> profile = Among(profiles);

    public Command Command(string verb, string description, params Option[] more)
    {
        var command = new Command(verb, description) { output, work, cache, reuse, model, profile, subjects, shard, photos, vgg, device };
        foreach (var option in metrics.All) command.Options.Add(option);
        foreach (var option in more) command.Options.Add(option);
        return command;
    }

    public string Profile(ParseResult parse) => parse.GetRequiredValue(profile);

    public bool IsSmoke(ParseResult parse) => Profile(parse) == "Smoke";

    public string Output(ParseResult parse) => parse.GetValue(output) ?? (Suffix(parse) is { Length: > 0 } suffix ? Path.Combine("out", name + suffix, "results") : results);

    public string WorkFolder(ParseResult parse) => parse.GetValue(work) ?? Path.Combine("out", name + Suffix(parse));

    public string[]? Vgg(ParseResult parse) => parse.GetValue(vgg);

    /// <summary>People; null where neither a number nor photos were given.</summary>
    public int? Subjects(ParseResult parse, StudyModels models) => parse.GetValue(subjects) ?? models.Dataset?.People.Count;

    /// <summary>Opens the mini world, or the model and people that were named.</summary>
    /// <exception cref="ArgumentException">Options do not fit together; says which.</exception>
    public StudyModels Open(ParseResult parse)
    {
        var (folder, people) = (parse.GetValue(model), parse.GetValue(photos));
        if (people is null)
        {
            if (metrics.All.Append(device).Concat(name == "purifiers" ? [] : [vgg]).FirstOrDefault(o => parse.GetResult(o) is { Implicit: false }) is { } unused)
                throw new ArgumentException($"{unused.Name} is for --photos: the mini world is scored by its own networks, on the CPU.");
            if (folder is not null && Directory.Exists(folder) && !Directory.Exists(Path.Combine(folder, "identity")))
                throw new ArgumentException($"{folder} is no model of the mini world, whose people a study takes by itself: a real model needs --photos.");
            return StudyModels.OfMiniWorld(folder);
        }
        if (folder is null) throw new ArgumentException("--photos needs --model: the mini world's models know its own drawn people only.");
        var place = ComputeOptions.DeviceOf(parse.GetRequiredValue(device));
        var sources = (PurifierSources.FromModelFolder(folder) with
        {
            Device = place, FaceCascades = metrics.Haar(parse), Settings = PurifierSettings.Of(IsSmoke(parse) ? PurifierProfile.Smoke : PurifierProfile.Paper),
        }).WithLpips(LpipsOptions.Files(Vgg(parse)));
        if (sources is { Restorer: not null, ShowsPeople: true, FindsFaces: false })
            AnsiConsole.MarkupLine("[yellow]without --haar, code takes every whole photo for one aligned face; photos that are not cut and aligned like that come out wrong[/]");
        var opened = StudyModels.OfPhotos(folder, people, metrics.Sources(parse, folder) with { Device = place }, sources);
        if (parse.GetValue(subjects) is not { } asked || asked <= opened.Dataset!.People.Count) return opened;
        using (opened) throw new ArgumentException($"--subjects {asked}: {people} holds {opened.Dataset.People.Count} people.");
    }

    /// <summary>The settings of every run: the preset's, but the paper's for photos of real people.</summary>
    public ScenarioConfig Config(ParseResult parse, ScenarioConfig preset) => parse.GetValue(photos) is null || IsSmoke(parse) ? preset : ScenarioConfig.Paper;

    /// <summary>Purifier chains of a preset. The mini world's short IMPRESS stays there: photos of real people meet all of its iterations.</summary>
    public IReadOnlyList<string> Chains(ParseResult parse, IReadOnlyList<string> preset) => parse.GetValue(photos) is null || IsSmoke(parse) ? preset : PurifierStudy.FullLength(preset);

    public StudyWork Work(ParseResult parse)
    {
        if (name == "purifiers" && parse.GetValue(reuse) is [var folder, ..])
            throw new ArgumentException($"--reuse {folder}: this study trains nothing, there are no runs to take over. Its photos are shared by --cache.");
        var (part, parts) = StudyVerb.Part(parse.GetRequiredValue(shard));
        return new StudyWork(part, parts) { CacheFolder = parse.GetValue(cache), ReuseFolders = parse.GetValue(reuse) ?? [] };
    }

    // Neither a Smoke run nor one on anybody's photos may replace what is stored.
    private string Suffix(ParseResult parse) => (parse.GetValue(photos) is null ? "" : "-photos") + (IsSmoke(parse) ? "-smoke" : "");

    private static Option<string> Among(string[] profiles)
    {
        var option = new Option<string>("--profile") { Description = $"{string.Join(" or ", profiles)}; Smoke takes seconds and measures nothing.", DefaultValueFactory = _ => profiles[0] };
        option.AcceptOnlyFromAmong(profiles);
        return option;
    }
}
