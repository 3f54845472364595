using System.Text.Json;
using System.Text.Json.Nodes;
using Workbench.Weights;

namespace Workbench.Schedulers;

/// <summary>Reads and writes <c>scheduler_config.json</c>, filling missing keys with the defaults of the class it names.</summary>
public static class SchedulerConfigFile
{
    /// <summary>The name of the file in a scheduler folder.</summary>
    public const string FileName = "scheduler_config.json";

    private static readonly string[] Common =
    [
        "num_train_timesteps", "beta_start", "beta_end", "beta_schedule", "trained_betas", "prediction_type", "timestep_spacing", "steps_offset",
    ];

    private static readonly string[] Thresholded = ["thresholding", "dynamic_thresholding_ratio", "sample_max_value"];
    private static readonly string[] SigmaLevels = ["use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas", "final_sigmas_type"];

    /// <summary>Keys that each class has, in the diffusers vocabulary.</summary>
    private static readonly Dictionary<string, string[]> KeysOf = new()
    {
        ["DDPMScheduler"] = [.. Common, .. Thresholded, "variance_type", "clip_sample", "clip_sample_range", "rescale_betas_zero_snr"],
        ["DDIMScheduler"] = [.. Common, .. Thresholded, "set_alpha_to_one", "clip_sample", "clip_sample_range", "rescale_betas_zero_snr"],
        ["PNDMScheduler"] = [.. Common, "skip_prk_steps", "set_alpha_to_one"],
        ["EulerDiscreteScheduler"] =
            [.. Common, .. SigmaLevels, "interpolation_type", "timestep_type", "sigma_min", "sigma_max", "rescale_betas_zero_snr"],
        ["EulerAncestralDiscreteScheduler"] = [.. Common, "rescale_betas_zero_snr"],
        ["DPMSolverMultistepScheduler"] =
            [.. Common, .. Thresholded, .. SigmaLevels, "solver_order", "algorithm_type", "solver_type", "lower_order_final", "euler_at_final",
             "use_lu_lambdas", "lambda_min_clipped", "variance_type", "rescale_betas_zero_snr", "use_flow_sigmas"],
        ["UniPCMultistepScheduler"] =
            [.. Common, .. Thresholded, .. SigmaLevels, "solver_order", "solver_type", "lower_order_final", "predict_x0", "disable_corrector",
             "rescale_betas_zero_snr", "use_flow_sigmas", "sigma_min", "sigma_max"],
    };

    /// <summary>The class names that this library knows.</summary>
    public static IReadOnlyCollection<string> KnownClasses => KeysOf.Keys;

    /// <summary>The defaults of a diffusers scheduler class.</summary>
    /// <exception cref="InvalidDataException">The class is not known.</exception>
    public static SchedulerConfig DefaultsFor(string className)
    {
        var config = new SchedulerConfig { ClassName = className };
        return className switch
        {
            "DDPMScheduler" => config with { ClipSample = true, VarianceType = VarianceType.FixedSmall },
            "DDIMScheduler" => config with { ClipSample = true },
            "PNDMScheduler" => config with { SetAlphaToOne = false },
            "EulerDiscreteScheduler" or "EulerAncestralDiscreteScheduler" or "DPMSolverMultistepScheduler" =>
                config with { TimestepSpacing = TimestepSpacing.Linspace },
            "UniPCMultistepScheduler" => config with { TimestepSpacing = TimestepSpacing.Linspace, SolverType = SolverType.Bh2 },
            _ => throw new InvalidDataException($"unknown scheduler class '{className}'; known are {string.Join(", ", KnownClasses)}. One of them, written there as _class_name, samples from the same networks."),
        };
    }

    /// <summary>Reads a configuration file.</summary>
    /// <param name="path">The file, or the folder that holds <see cref="FileName"/>.</param>
    /// <exception cref="InvalidDataException">An unknown class or value: the message names the file.</exception>
    /// <exception cref="WeightsException">There is no such file, or it is not a JSON object.</exception>
    public static SchedulerConfig Read(string path)
    {
        if (Directory.Exists(path)) path = Path.Combine(path, FileName);
        try
        {
            return FromJson(ModelConfigFile.ReadObject(path));
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"{path}: {error.Message}", error);
        }
    }

    /// <summary>Reads a configuration from JSON; keys that the class does not have are tolerated.</summary>
    /// <exception cref="InvalidDataException">An unknown class or value.</exception>
    public static SchedulerConfig FromJson(JsonObject json)
    {
        if (json["_class_name"] is not JsonValue name || !name.TryGetValue<string>(out var className))
            throw new InvalidDataException("the key '_class_name' is missing.");
        if (json["solver_p"] is not null) throw new InvalidDataException($"{className}: solver_p (another scheduler as predictor) is not supported.");
        var merged = JsonSerializer.SerializeToNode(DefaultsFor(className), ModelConfigFile.Options)!.AsObject();
        foreach (var (key, value) in json)
            if (value is not null && KeysOf[className].Contains(key)) merged[key] = value.DeepClone();
        try
        {
            return merged.Deserialize<SchedulerConfig>(ModelConfigFile.Options)!.Validate();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"{className}: {error.Message}", error);
        }
    }

    /// <summary>Writes <paramref name="config"/> as <see cref="FileName"/> into <paramref name="folder"/>, with the keys of its class only.</summary>
    public static void Write(string folder, SchedulerConfig config)
    {
        var all = JsonSerializer.SerializeToNode(config, ModelConfigFile.Options)!.AsObject();
        var kept = new JsonObject { ["_class_name"] = config.ClassName, ["_diffusers_version"] = ConfigHeader.DiffusersVersion };
        foreach (var key in KeysOf[config.ClassName]) kept[key] = all[key]?.DeepClone();
        ModelConfigFile.WriteObject(Path.Combine(folder, FileName), kept);
    }
}
