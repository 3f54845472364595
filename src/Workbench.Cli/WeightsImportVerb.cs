using System.CommandLine;
using Spectre.Console;
using TorchSharp;
using Workbench.Models.SuperResolution;

namespace Workbench.Cli;

/// <summary><c>workbench weights import</c>: foreign weights to safetensors and config.json.</summary>
internal static class WeightsImportVerb
{
    public static Command Create()
    {
        var source = new Argument<string>("source") { Description = "Folder with model.json and its shards." };
        var from = new Option<string>("--from") { Description = "Format of the source: tfjs (the ESRGAN weights of UpscalerJS).", Required = true };
        from.AcceptOnlyFromAmong("tfjs");
        var output = new Option<string>("--out") { Description = "Folder for config.json and model.safetensors.", Required = true };
        var half = new Option<bool>("--half") { Description = "Store 16-bit floats." };
        var command = new Command("import", "Turns foreign weights into safetensors with a config.json.") { source, from, output, half };
        command.SetAction((parse, _) => VerbGuard.Run(() =>
        {
            var target = parse.GetRequiredValue(output);
            using var network = UpscalerJsImporter.Import(parse.GetRequiredValue(source));
            network.SavePretrained(target, parse.GetValue(half) ? torch.ScalarType.Float16 : null);
            AnsiConsole.MarkupLineInterpolated($"wrote a ×{network.Scale} {network.GetType().Name} with {network.parameters().Sum(p => p.numel()):n0} weights to {target}");
            return 0;
        }, "stopped"));
        return command;
    }
}
