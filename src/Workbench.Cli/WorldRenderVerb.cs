using System.CommandLine;
using Spectre.Console;
using Workbench.Tensors;
using Workbench.Worlds;

namespace Workbench.Cli;

/// <summary><c>workbench world render</c>: contact sheets and a small data set of the mini world.</summary>
internal static class WorldRenderVerb
{
    private const int SheetCount = 6;

    public static Command Create()
    {
        var folder = new Option<string>("--out") { Description = "Folder for the sheets and the data set.", Required = true };
        var count = new Option<int>("--count") { Description = "Pictures in the data set.", DefaultValueFactory = _ => 200 };
        var seed = new Option<ulong>("--seed") { Description = "Seed of the pictures.", DefaultValueFactory = _ => 1 };
        var command = new Command("render", "Renders contact sheets and a small captioned data set.") { folder, count, seed };
        command.SetAction((parse, cancellationToken) => VerbGuard.Run(() =>
        {
            var target = parse.GetRequiredValue(folder);
            var pictures = parse.GetValue(count);
            if (pictures < 0) throw new ArgumentException($"--count is {pictures}, expected 0 or more.");
            VerbProgress.Start(context =>
            {
                var task = context.AddTask("rendering", maxValue: SheetCount + pictures);
                WorldFolder.Write(target, new Seed(parse.GetValue(seed)), pictures, new Step(task), cancellationToken);
            });
            AnsiConsole.MarkupLineInterpolated($"wrote {SheetCount} sheets and {pictures} pictures to {target}");
            return 0;
        }, "stopped; pictures rendered so far were kept"));
        return command;
    }

    private sealed class Step(ProgressTask task) : IProgress<int>
    {
        public void Report(int value) => task.Value = value;
    }
}
