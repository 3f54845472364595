using System.CommandLine;
using Workbench.Metrics;

namespace Workbench.Cli;

/// <summary>The options <c>--lpips-alex</c> and <c>--lpips-vgg</c>: the published files of LPIPS.</summary>
internal static class LpipsOptions
{
    public const string Alex = "--lpips-alex", Vgg = "--lpips-vgg";

    /// <summary>An option that takes one or two files.</summary>
    public static Option<string[]> Option(string name, string description) => new(name) { Description = description, AllowMultipleArgumentsPerToken = true };

    /// <summary>The files that were given; null without.</summary>
    /// <exception cref="ArgumentException">There are more than two.</exception>
    public static LpipsFiles? Files(string name, string[]? files) => files switch
    {
        null or [] => null,
        [var both] => new(both, both),
        [var trunk, var linear] => new(trunk, linear),
        _ => throw new ArgumentException($"{name} takes the trunk's file and the linear weights' file, or one file with both; got {files.Length} files."),
    };
}
