using System.Text.Json.Nodes;
using TorchSharp;
using Workbench.Schedulers;
using Workbench.Tests.Goldens;
using Workbench.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Schedulers;

/// <summary>Every scheduler against the reference's walk over fixed network outputs.</summary>
public sealed class SchedulerGoldenTests(ITestOutputHelper output)
{
    private const double Tolerance = 1e-4;

    [Theory]
    [MemberData(nameof(GoldenCase.All), "scheduler_", MemberType = typeof(GoldenCase))]
    public void Samples_noise_and_velocity_equal_the_reference(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        var cases = ModelConfigFile.ReadObject(golden.File("cases.json"))["cases"]!.AsArray();
        Assert.NotEmpty(cases);
        foreach (var entry in cases)
        {
            var reference = new Reference(golden, (string)entry!["name"]!);
            var scheduler = Make(entry);
            scheduler.SetTimesteps((int)entry["num_inference_steps"]!);
            AssertTimesteps(scheduler, reference);
            var errors = new List<double>
            {
                GoldenAssert.Close(tensor(scheduler.Schedule.AlphasCumprod.ToArray()), reference["alphas_cumprod"], 1e-6, reference.Label("alphas")),
                Walk(scheduler, reference),
                AddNoise(scheduler, reference),
            };
            output.WriteLine($"{golden.Name}/{reference.Name}: largest error {errors.Max():g3}");
        }
    }

    /// <summary>
    /// Whole timesteps exactly. Those that Karras levels put between whole ones within 1e-4: the last bit of the reference's float32
    /// tables depends on the vector width of the machine that made them.
    /// </summary>
    private static void AssertTimesteps(IScheduler scheduler, Reference reference)
    {
        double[] expected = reference["timesteps"].to(float64).data<double>().ToArray(), actual = [.. scheduler.Timesteps];
        Assert.Equal(expected.Length, actual.Length);
        foreach (var (found, wanted) in actual.Zip(expected))
            Assert.True(double.IsInteger(2 * wanted) ? found == wanted : Math.Abs(found - wanted) <= 1e-4,
                $"{reference.Label("timesteps")}: {found}, expected {wanted}");
    }

    private static double Walk(IScheduler scheduler, Reference reference)
    {
        Tensor outputs = reference["model_outputs"], samples = reference["samples"], inputs = reference["model_inputs"], noise = reference["noise"];
        var x0 = reference.Has("pred_original_sample") ? reference["pred_original_sample"] : null;
        var sample = reference["initial_noise"] * scheduler.InitNoiseSigma;
        List<Tensor> walked = [sample], shown = [], estimates = [];
        for (var i = 0; i < scheduler.Timesteps.Count; i++)
        {
            shown.Add(scheduler.ScaleModelInput(sample, i));
            (sample, var estimate) = scheduler.Step(outputs[i], i, sample, scheduler.NeedsNoise ? noise[i] : null);
            walked.Add(sample);
            estimates.Add(estimate);
        }
        var errors = new List<double>
        {
            GoldenAssert.Close(stack(walked), samples, Tolerance, reference.Label("samples")),
            GoldenAssert.Close(stack(shown), inputs, Tolerance, reference.Label("model inputs")),
        };
        // Later samples are small beside the first ones where sigma spans orders of magnitude: compare each by itself too.
        for (var i = 0; i < walked.Count; i++) errors.Add(GoldenAssert.Close(walked[i], samples[i], Tolerance, reference.Label($"sample {i}")));
        if (x0 is not null) errors.Add(GoldenAssert.Close(stack(estimates), x0, Tolerance, reference.Label("x0")));
        return errors.Max();
    }

    private static double AddNoise(IScheduler scheduler, Reference reference)
    {
        Tensor original = reference["add_noise.original"], noise = reference["add_noise.noise"], times = reference["add_noise.timesteps"];
        var noisy = scheduler is SigmaScheduler
            ? cat([.. times.to(float64).data<double>().ToArray().Select((t, row) =>
                scheduler.AddNoise(original.narrow(0, row, 1), noise.narrow(0, row, 1), IndexOf(scheduler, t)))])
            : scheduler.Schedule.AddNoise(original, noise, times);
        var error = GoldenAssert.Close(noisy, reference["add_noise.result"], Tolerance, reference.Label("add_noise"));
        if (!reference.Has("get_velocity.result")) return error;
        var velocity = scheduler.Schedule.GetVelocity(original, noise, times);
        return Math.Max(error, GoldenAssert.Close(velocity, reference["get_velocity.result"], Tolerance, reference.Label("velocity")));
    }

    private static int IndexOf(IScheduler scheduler, double timestep) =>
        Enumerable.Range(0, scheduler.Timesteps.Count).MinBy(i => Math.Abs(scheduler.Timesteps[i] - timestep));

    private static IScheduler Make(JsonNode entry)
    {
        var arguments = entry["step_args"]!.AsObject();
        double Number(string key, double otherwise) => arguments[key] is { } value ? value.GetValue<double>() : otherwise;
        return SchedulerFactory.FromConfig(SchedulerConfigFile.FromJson(entry["config"]!.AsObject()), new StepOptions
        {
            Eta = Number("eta", 0),
            UseClippedModelOutput = arguments["use_clipped_model_output"]?.GetValue<bool>() ?? false,
            Churn = Number("s_churn", 0),
            ChurnMin = Number("s_tmin", 0),
            ChurnMax = Number("s_tmax", double.PositiveInfinity),
            ChurnNoise = Number("s_noise", 1),
        });
    }

    private sealed class Reference(GoldenCase golden, string name)
    {
        private readonly HashSet<string> keys = [.. golden.Io.Keys];

        public string Name => name;

        public Tensor this[string key] => golden.Io[$"{name}.{key}"];

        public bool Has(string key) => keys.Contains($"{name}.{key}");

        public string Label(string what) => $"{golden.Name}/{name} {what}";
    }
}
