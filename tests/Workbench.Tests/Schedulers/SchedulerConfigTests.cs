using System.Text.Json.Nodes;
using Workbench.Schedulers;
using Xunit;

namespace Workbench.Tests.Schedulers;

public sealed class SchedulerConfigTests
{
    [Fact]
    public void Missing_keys_take_the_defaults_of_the_class()
    {
        SchedulerConfig Read(string className) => SchedulerConfigFile.FromJson(new JsonObject { ["_class_name"] = className });
        Assert.True(Read("DDPMScheduler").ClipSample);
        Assert.Equal(VarianceType.FixedSmall, Read("DDPMScheduler").VarianceType);
        Assert.True(Read("DDIMScheduler").SetAlphaToOne);
        Assert.False(Read("PNDMScheduler").SetAlphaToOne);
        Assert.Equal(TimestepSpacing.Leading, Read("PNDMScheduler").TimestepSpacing);
        Assert.Equal(TimestepSpacing.Linspace, Read("EulerDiscreteScheduler").TimestepSpacing);
        Assert.Equal(DpmAlgorithm.DpmsolverPlusPlus, Read("DPMSolverMultistepScheduler").AlgorithmType);
        Assert.Equal(SolverType.Bh2, Read("UniPCMultistepScheduler").SolverType);
    }

    [Theory]
    [InlineData("DDPMScheduler")]
    [InlineData("DDIMScheduler")]
    [InlineData("PNDMScheduler")]
    [InlineData("EulerDiscreteScheduler")]
    [InlineData("EulerAncestralDiscreteScheduler")]
    [InlineData("DPMSolverMultistepScheduler")]
    [InlineData("UniPCMultistepScheduler")]
    public void What_is_written_is_read_back(string className)
    {
        using var folder = new TemporaryFolder();
        var config = SchedulerConfigFile.DefaultsFor(className) with
        {
            BetaSchedule = BetaSchedule.SquaredcosCapV2, PredictionType = PredictionType.VPrediction, StepsOffset = 1, TimestepSpacing = TimestepSpacing.Trailing,
        };
        SchedulerConfigFile.Write(folder.Path, config);
        var read = SchedulerConfigFile.Read(folder.Path);
        Assert.Equal(config, read with { DisableCorrector = config.DisableCorrector });
        Assert.Equal(className, SchedulerFactory.FromFolder(folder.Path).Config.ClassName);
    }

    [Fact]
    public void The_written_file_has_the_vocabulary_of_diffusers()
    {
        using var folder = new TemporaryFolder();
        SchedulerConfigFile.Write(folder.Path, SchedulerConfigFile.DefaultsFor("DPMSolverMultistepScheduler"));
        var text = File.ReadAllText(Path.Combine(folder.Path, SchedulerConfigFile.FileName));
        Assert.Contains("\"algorithm_type\": \"dpmsolver++\"", text, StringComparison.Ordinal);
        Assert.Contains("\"lambda_min_clipped\": -Infinity", text, StringComparison.Ordinal);
        Assert.Contains("\"prediction_type\": \"epsilon\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("set_alpha_to_one", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"_class_name": "LCMScheduler"}""", "LCMScheduler")]
    [InlineData("""{"_class_name": "DDIMScheduler", "beta_schedule": "sqrt_linear"}""", "DDIMScheduler")]
    [InlineData("""{"_class_name": "DDIMScheduler", "trained_betas": [0.1, 0.2]}""", "trained_betas")]
    [InlineData("""{"_class_name": "UniPCMultistepScheduler", "use_flow_sigmas": true}""", "use_flow_sigmas")]
    [InlineData("""{"_class_name": "EulerDiscreteScheduler", "use_karras_sigmas": true, "use_beta_sigmas": true}""", "at most one")]
    [InlineData("""{"_class_name": "DPMSolverMultistepScheduler", "algorithm_type": "dpmsolver"}""", "final_sigmas_type")]
    [InlineData("""{"num_train_timesteps": 1000}""", "_class_name")]
    public void What_cannot_be_honoured_is_refused_with_the_file_and_the_reason(string json, string reason)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(Path.Combine(folder.Path, SchedulerConfigFile.FileName), json);
        var message = Assert.Throws<InvalidDataException>(() => SchedulerFactory.FromFolder(folder.Path)).Message;
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.Contains(SchedulerConfigFile.FileName, message, StringComparison.Ordinal);
    }
}
