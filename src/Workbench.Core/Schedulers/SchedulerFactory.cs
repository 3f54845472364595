namespace Workbench.Schedulers;

/// <summary>Makes the scheduler that a configuration names.</summary>
public static class SchedulerFactory
{
    /// <summary>Reads <c>scheduler_config.json</c> in <paramref name="folder"/> (or its <c>scheduler/</c> folder) and makes that scheduler.</summary>
    /// <exception cref="InvalidDataException">Unknown class or value; the message names the file and the class.</exception>
    public static IScheduler FromFolder(string folder, StepOptions? options = null)
    {
        var inner = Path.Combine(folder, "scheduler");
        var path = Path.Combine(Directory.Exists(inner) ? inner : folder, SchedulerConfigFile.FileName);
        var config = SchedulerConfigFile.Read(path);
        try
        {
            return FromConfig(config, options);
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"{path}: {error.Message}", error);
        }
    }

    /// <summary>Makes the scheduler named by <see cref="SchedulerConfig.ClassName"/>.</summary>
    /// <exception cref="InvalidDataException">Unknown class, or a combination of values that it cannot honour.</exception>
    public static IScheduler FromConfig(SchedulerConfig config, StepOptions? options = null) => config.ClassName switch
    {
        "DDPMScheduler" => new DdpmScheduler(config, options),
        "DDIMScheduler" => new DdimScheduler(config, options),
        "PNDMScheduler" => new PndmScheduler(config, options),
        "EulerDiscreteScheduler" => new EulerDiscreteScheduler(config, options),
        "EulerAncestralDiscreteScheduler" => new EulerAncestralDiscreteScheduler(config, options),
        "DPMSolverMultistepScheduler" => new DpmSolverMultistepScheduler(config, options),
        "UniPCMultistepScheduler" => new UniPcMultistepScheduler(config, options),
        _ => throw new InvalidDataException(
            $"unknown scheduler class '{config.ClassName}'; known are {string.Join(", ", SchedulerConfigFile.KnownClasses)}."),
    };
}
