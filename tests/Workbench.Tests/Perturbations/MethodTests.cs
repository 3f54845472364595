using TorchSharp;
using Workbench.Imaging;
using Workbench.Pipelines;
using Workbench.Perturbations;
using Workbench.Schedulers;
using Workbench.Tensors;
using Workbench.Tests.Personalization;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Perturbations;

/// <summary>What single methods promise beyond the contract that all share.</summary>
public sealed class MethodTests
{
    private static readonly LinfBudget Budget = LinfBudget.Of255(8);

    public static TheoryData<IPerturbationOptions> Wrong =>
    [
        EncoderAttackOptions.Paper with { Steps = 0 }, GlazeOptions.Paper with { Steps = 0 }, SimAcOptions.Paper with { Window = 0 }, DisDiffOptions.Paper with { Identifier = " " },
        AsplOptions.Paper with { Turns = 0 }, FsmgOptions.Paper with { Models = 0 }, MetaCloakOptions.Paper with { Trails = 0 }, DiffusionAttackOptions.Paper with { Strength = 0 },
        DiffusionAttackOptions.Paper with { Steps = 0 }, MetaCloakOptions.Paper with { Blur = new() { KernelSize = 6 } }, MetaCloakOptions.Paper with { Blur = new() { HighestSigma = 0 } },
    ];

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Wrong_settings_are_refused_by_name(IPerturbationOptions options) => Assert.ThrowsAny<ArgumentException>(options.Validate);

    [Fact]
    public void Glaze_holds_every_picture_of_a_batch_to_the_perceptual_bound()
    {
        using var scope = NewDisposeScope();
        Tensor original = zeros(2, 3, 4, 4), pixels = original.clone();
        pixels[1].fill_(0.25);
        static Tensor Distance(Tensor a, Tensor b) => (a - b).abs().mean();
        Assert.Equal(0.05, Glaze.Excess(Distance, original, pixels, 0.15).item<float>(), 1e-6);
        Assert.Equal(0, Glaze.Excess(Distance, original, pixels, 0.25).item<float>(), 1e-6);
    }

    [Fact]
    public void Counters_of_the_published_settings()
    {
        Assert.Equal(2400, MetaCloakOptions.Paper.Visits().Count());
        Assert.Equal(14_400, MetaCloakOptions.Paper.TotalPgdSteps);
        Assert.Equal([0, 199, 399, 599, 799, 999], MetaCloakOptions.Paper.CheckpointSteps);
        Assert.Equal(999 + 2 * 2400, MetaCloakOptions.Paper.TotalTrainSteps);
        Assert.Equal(24, MetaCloakOptions.Paper.Visits().Count(v => v.Round == 0));
        Assert.Equal((900, 900), (AsplOptions.Paper.AsEnsemble().TotalPgdSteps, AsplOptions.Paper.AsEnsemble().TotalTrainSteps));
        Assert.Equal((36, 180), (FsmgOptions.PaperEnsemble.TotalPgdSteps, FsmgOptions.PaperEnsemble.TotalTrainSteps));
        Assert.Equal(180, MetaCloakOptions.MiniWorld.TotalPgdSteps);
        Assert.Equal((300, 100), (AsplOptions.Paper.TotalPgdSteps, FsmgOptions.Paper.TotalPgdSteps));
    }

    [Fact]
    public void Ensembles_of_the_mini_world_take_about_as_many_steps_as_the_plain_methods()
    {
        Assert.Equal((180, 180), (AsplOptions.MiniWorld.TotalPgdSteps, AsplOptions.MiniWorldEnsemble.TotalPgdSteps));
        Assert.Equal((100, 102), (FsmgOptions.MiniWorld.TotalPgdSteps, FsmgOptions.MiniWorldEnsemble.TotalPgdSteps));
        Assert.Equal((160, 162), (FsmgOptions.MiniWorld.TotalTrainSteps, FsmgOptions.MiniWorldEnsemble.TotalTrainSteps));
    }

    [Theory]
    [InlineData("metacloak")]
    [InlineData("e-aspl")]
    [InlineData("e-fsmg")]
    [InlineData("aspl")]
    public void Runs_take_as_many_steps_as_their_settings_say(string method)
    {
        using var scope = NewDisposeScope();
        var reports = new List<PerturbationProgress>();
        using var result = Protect(PerturbationCatalog.Create(method, Budget, Profile.Smoke), log: new Immediate<PerturbationProgress>(reports.Add));
        foreach (var stage in reports.GroupBy(r => r.Stage, StringComparer.Ordinal))
        {
            Assert.Equal(Enumerable.Range(1, stage.First().TotalSteps), stage.Select(r => r.Step));
            Assert.Single(stage.Select(r => r.TotalSteps).Distinct());
        }
    }

    [Theory]
    [InlineData("fsmg", true)]
    [InlineData("aspl", true)]
    [InlineData("metacloak", false)]
    public void Surrogates_learn_from_the_clean_references_but_metacloaks_from_the_photos(string method, bool fromReferences)
    {
        using var scope = NewDisposeScope();
        // A surrogate's first losses are of what it is shown; the pixels' answer may be the same.
        double[] Losses(ImageBatch? references)
        {
            var losses = new List<double>();
            Protect(PerturbationCatalog.Create(method, Budget, Profile.Smoke), Context() with { CleanReferences = references },
                new Immediate<PerturbationProgress>(p => { if (p.Stage == "train surrogate") losses.Add(p.Loss); })).Dispose();
            return [losses[0]];
        }

        using ImageBatch photos = TinyModel.Photos(2, 1), others = TinyModel.Photos(2, 7);
        var own = Losses(null);
        Assert.Equal(own, Losses(photos));
        Assert.Equal(!fromReferences, own.SequenceEqual(Losses(others)));
    }

    [Fact]
    public void Aspl_shows_its_running_model_what_it_has_perturbed()
    {
        using var scope = NewDisposeScope();
        var options = AsplOptions.Smoke with { Turns = 1 };
        double[] Losses(double levels)
        {
            var losses = new List<double>();
            Protect(new Aspl(options.WithBudget(LinfBudget.Of255(levels))), log: new Immediate<PerturbationProgress>(p => { if (p.Stage == "train surrogate") losses.Add(p.Loss); })).Dispose();
            return [.. losses];
        }

        double[] small = Losses(1), large = Losses(60);
        var clean = options.CleanTrainSteps;
        Assert.Equal(clean + options.PerturbedTrainSteps, small.Length);
        Assert.Equal(small[..clean], large[..clean]);
        Assert.NotEqual(small[clean], large[clean]);
    }

    [Fact]
    public void The_encoder_attack_drives_latents_to_zero_or_away_from_the_clean_ones()
    {
        using var scope = NewDisposeScope();
        var context = Context();
        using var photos = TinyModel.Photos(2, 1);
        Tensor Latents(ImageBatch images) => TensorScope.Inference(() => context.Pipeline.Vae.Encode(images.ToSigned()).Mean);
        Tensor Attacked(EncoderGoal goal)
        {
            using var images = Protect(new EncoderAttack(EncoderAttackOptions.Smoke with { Goal = goal, Steps = 20, Budget = LinfBudget.Of255(16), StepSize = LinfBudget.Of255(2) }), context);
            return Latents(images);
        }

        Tensor clean = Latents(photos), zero = Attacked(EncoderGoal.Zero), away = Attacked(EncoderGoal.AwayFromClean);
        double Size(Tensor latents) => latents.pow(2).mean().item<float>();
        Assert.True(Size(zero) < 0.97 * Size(clean), $"{Size(clean):g4} became {Size(zero):g4}");
        Assert.True(Size(away - clean) > 1.1 * Size(zero - clean), $"{Size(away - clean):g4} away, {Size(zero - clean):g4} to zero");
    }

    [Fact]
    public void Caats_keys_and_values_learn_against_the_pixels()
    {
        using var scope = NewDisposeScope();
        double Last(double rate)
        {
            var losses = new List<double>();
            var options = CaatOptions.Smoke.WithBudget(Budget) with { LearningRate = rate, Steps = 6 };
            Protect(new Caat(options), log: new Immediate<PerturbationProgress>(p => losses.Add(p.Loss))).Dispose();
            return losses[^1];
        }

        Assert.True(Last(1e-2) < Last(1e-9), $"{Last(1e-2):g6} learning, {Last(1e-9):g6} not");
    }

    [Fact]
    public void Disdiffs_steps_shrink_to_nothing_at_the_last_timestep()
    {
        using var scope = NewDisposeScope();
        Assert.Equal([1f, 0.5f, 0f], DisDiff.StepFactors([0, 500, 1000], last: 1000).data<float>().ToArray().Select(f => MathF.Round(f, 6)));
    }

    [Fact]
    public void An_ensemble_of_one_is_the_plain_method_and_a_second_model_changes_it()
    {
        using var scope = NewDisposeScope();
        var options = AsplOptions.Smoke.WithBudget(Budget);
        using ImageBatch plain = Protect(new Aspl(options)), one = Protect(new Aspl(options with { Models = 1 }));
        Assert.Equal(Fingerprint.Of(plain.Unit), Fingerprint.Of(one.Unit));
        using var twice = Protect(new Aspl(options with { Models = 2 }));
        using var other = Protect(new Aspl(options with { Models = 2 }), Context() with { Ensemble = [TinyModel.Create(PredictionType.VPrediction)] });
        Assert.Equal(3, new[] { plain, twice, other }.Select(b => Fingerprint.Of(b.Unit)).Distinct(StringComparer.Ordinal).Count());
        // Models that are given count once each, however many the settings want: no model has more weight than another.
        using var wanted = Protect(new Aspl(options with { Models = 3 }), Context() with { Ensemble = [TinyModel.Create(PredictionType.VPrediction)] });
        Assert.Equal(Fingerprint.Of(other.Unit), Fingerprint.Of(wanted.Unit));
    }

    [Fact]
    public void The_target_terms_step_is_the_ddpm_schedulers()
    {
        using var scope = NewDisposeScope();
        var pipeline = TinyModel.Create();
        using var draws = new Seed(2).Open();
        var scheduler = new DdpmScheduler(pipeline.Scheduler.Config with { ClassName = "DDPMScheduler", ClipSample = false });
        scheduler.SetTimesteps(1000);
        long[] times = [999, 500, 1];
        Tensor noisy = draws.Normal(3, 4, 8, 8), prediction = draws.Normal(3, 4, 8, 8), noise = draws.Normal(3, 4, 8, 8), fresh = draws.Normal(3, 4, 8, 8), target = draws.Normal(1, 4, 8, 8);
        var terms = new DiffusionTerms(noisy, noisy, prediction, noise, new DiffusionDraws(noise, noise, tensor(times)));
        var expected = times.Select((t, i) =>
        {
            var index = scheduler.Timesteps.ToList().IndexOf(t);
            var stepped = scheduler.Step(prediction[i..(i + 1)], index, noisy[i..(i + 1)], fresh[i..(i + 1)]).PrevSample;
            return (stepped - scheduler.Schedule.AddNoise(target, noise[i..(i + 1)], tensor([t - 1]))).pow(2).mean().item<float>();
        }).Average();
        Assert.Equal(expected, TargetTerm.Distance(scheduler.Schedule, terms, target, fresh).item<float>(), 1e-4 * expected);
    }

    [Fact]
    public void Before_the_first_timestep_the_target_wraps_to_the_last_as_released_and_is_avoided_by_default()
    {
        using var scope = NewDisposeScope();
        var context = Context();
        var schedule = context.Pipeline.Scheduler.Schedule;
        using var draws = new Seed(2).Open();
        Tensor noisy = draws.Normal(1, 4, 8, 8), prediction = draws.Normal(1, 4, 8, 8), noise = draws.Normal(1, 4, 8, 8), target = draws.Normal(1, 4, 8, 8);
        var zero = tensor(new[] { 0L });
        var terms = new DiffusionTerms(noisy, noisy, prediction, noise, new DiffusionDraws(noise, noise, zero));
        var wrapped = (schedule.PredictX0(prediction, noisy, zero) - schedule.AddNoise(target, noise, tensor(new[] { 999L }))).pow(2).mean().item<float>();
        Assert.Equal(wrapped, TargetTerm.Distance(schedule, terms, target, zeros_like(noisy)).item<float>(), 1e-4 * wrapped);
        long Smallest(bool released) => TargetTerm.Rules(context, zeros(1, 3, 16, 16), 1, released).Timesteps!(20_000, new Seed(3).Open()).min().item<long>();
        Assert.Equal((1, 0), (Smallest(released: false), Smallest(released: true)));
    }

    [Fact]
    public void The_random_transform_blurs_flips_and_rotates()
    {
        using var scope = NewDisposeScope();
        using var photos = TinyModel.Photos(1, 1);
        var pixels = photos.ToSigned().requires_grad_();
        var still = new BlurAndFlip { KernelSize = 3, LowestSigma = 0.05, HighestSigma = 0.06, FlipProbability = 0 };
        Tensor Apply(BlurAndFlip transform) => transform.Apply(pixels, new Seed(1).Open());
        Assert.True(Apply(still).allclose(pixels, 1e-4, 1e-4));
        Assert.True(Apply(still with { FlipProbability = 1.1 }).allclose(pixels.flip(3), 1e-4, 1e-4));
        Assert.True(Apply(new BlurAndFlip { FlipProbability = 0, LowestSigma = 1 }).std().item<float>() < 0.8 * pixels.std().item<float>());
        var turned = Apply(still with { Rotation = 40 });
        Assert.False(turned.allclose(pixels, 1e-2, 1e-2));
        Assert.True(autograd.grad([turned.sum()], [pixels])[0].abs().sum().item<float>() > 1);
    }

    [Fact]
    public void Texture_methods_come_nearer_to_the_target_picture_and_follow_it()
    {
        using var scope = NewDisposeScope();
        var context = Context();
        using var photos = TinyModel.Photos(2, 1);
        double Gap(ImageBatch images) => TensorScope.Value(() =>
            (context.Pipeline.EncodeImages(images.ToSigned()).Mean - context.TargetLatents(images.ToSigned())).pow(2).mean().item<float>());
        using var textural = Protect(new Mist(MistOptions.Smoke with { Mode = MistMode.Textural, StepSize = LinfBudget.Of255(4), Budget = LinfBudget.Of255(16) }), context);
        Assert.True(Gap(textural) < 0.97 * Gap(photos), $"{Gap(photos):g4} became {Gap(textural):g4}");
        using var own = TinyModel.Photos(1, 9);
        using var steered = Protect(new Mist(MistOptions.Smoke with { Mode = MistMode.Textural, StepSize = LinfBudget.Of255(4), Budget = LinfBudget.Of255(16) }), context with { Target = own });
        Assert.NotEqual(Fingerprint.Of(textural.Unit), Fingerprint.Of(steered.Unit));
    }

    [Fact]
    public void The_feature_loss_of_simac_has_a_gradient_unless_told_otherwise()
    {
        using var scope = NewDisposeScope();
        var options = SimAcOptions.Smoke.WithBudget(Budget);
        using ImageBatch real = Protect(new SimAc(options)), weightless = Protect(new SimAc(options with { FeatureWeight = 0 })),
            detached = Protect(new SimAc(options with { CompatDetachedFeatureLoss = true }));
        Assert.Equal(Fingerprint.Of(weightless.Unit), Fingerprint.Of(detached.Unit));
        Assert.NotEqual(Fingerprint.Of(weightless.Unit), Fingerprint.Of(real.Unit));
    }

    [Fact]
    public void Through_a_purifier_simac_compares_with_the_purified_photos()
    {
        using var scope = NewDisposeScope();
        // A purifier that shows black: nothing differs there, whatever the pixels are, so that the weight of the difference does not matter.
        var losses = new List<double>[] { [], [] };
        foreach (var (weight, seen) in new[] { 0.0, 1e6 }.Zip(losses))
            Protect(new SimAc(SimAcOptions.Smoke.WithBudget(Budget) with { FeatureWeight = weight }), Context() with { Transform = (pixels, _) => pixels * 0 - 1 },
                new Immediate<PerturbationProgress>(p => { if (p.Stage == "perturb") seen.Add(p.Loss); })).Dispose();
        Assert.NotEmpty(losses[0]);
        Assert.Equal(losses[0], losses[1]);
    }

    [Fact]
    public void The_greedy_choice_throws_windows_out_until_few_timesteps_are_left()
    {
        using var scope = NewDisposeScope();
        var context = Context();
        using var photos = TinyModel.Photos(2, 1);
        var options = SimAcOptions.Smoke with { SelectionRounds = 3, Window = 100, SmallestSelection = 500 };
        var lists = GreedyTimesteps.Select(context.Objective(), context.Ascent(Budget, Budget, 1), photos.ToSigned(), options, new Seed(1), null, TestContext.Current.CancellationToken);
        Assert.All(lists, list =>
        {
            Assert.InRange(list.Length, 400, 800);
            Assert.Equal(list.Order().Distinct(), list);
        });
        Assert.NotEqual(lists[0], lists[1]);
    }

    [Fact]
    public void The_greedy_choice_throws_out_the_window_that_the_pixels_matter_least_at()
    {
        using var scope = NewDisposeScope();
        var context = Context();
        using var photos = TinyModel.Photos(2, 1);
        var options = SimAcOptions.Smoke with { SelectionRounds = 1, Candidates = 2, Window = 10 };
        var pixels = photos.ToSigned();
        var left = GreedyTimesteps.Select(context.Objective(), context.Ascent(Budget, Budget, 1), pixels, options, new Seed(1), null, TestContext.Current.CancellationToken);

        var all = Enumerable.Range(0, 2).Select(_ => Enumerable.Range(0, 1000).Select(t => (long)t).ToList()).ToArray();
        var candidates = GreedyTimesteps.Candidates(all, 2, new Seed(1).For(0).For("candidates"));
        var scores = candidates.Select((times, i) => GreedyTimesteps.Sensitivity(context.Objective(), null, pixels, times, new Seed(1).For(0).For("score").For(i))).ToArray();
        for (var image = 0; image < 2; image++)
        {
            var (least, most) = scores[0][image] < scores[1][image] ? (0, 1) : (1, 0);
            Assert.True(Math.Abs(candidates[0][image] - candidates[1][image]) > 20, "the two windows overlap: choose another seed");
            Assert.DoesNotContain(candidates[least][image], left[image]);
            Assert.Contains(candidates[most][image], left[image]);
        }
    }

    [Fact]
    public void DisDiff_takes_attention_from_the_identifier()
    {
        using var scope = NewDisposeScope();
        var context = Context() with { RepeatDraws = true };
        var losses = new List<double>();
        var options = DisDiffOptions.Smoke with { Aspl = AsplOptions.Smoke with { Turns = 1, PgdSteps = 10, StepSize = LinfBudget.Of255(4), Budget = LinfBudget.Of255(24) }, AttentionWeight = 1e6 };
        Protect(new DisDiff(options), context, new Immediate<PerturbationProgress>(p => { if (p.Stage == "perturb") losses.Add(p.Loss); })).Dispose();
        // With this weight the loss is -1e6 times the identifier's share of the attention.
        Assert.InRange(losses[0], -2e6, -2e5);
        Assert.True(losses[^1] > losses[0], $"from {losses[0]} to {losses[^1]}");
        var error = Assert.Throws<ArgumentException>(() => Protect(new DisDiff(options), context with { InstancePrompt = "a photo of person" }));
        Assert.Contains("identifier 'sks'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_switch_to_the_reference_codes_behaviour_changes_the_result()
    {
        using var scope = NewDisposeScope();
        var aspl = AsplOptions.Smoke.WithBudget(Budget);
        var meta = MetaCloakOptions.Smoke.WithBudget(Budget);
        string Print(IPerturbation method)
        {
            using var result = Protect(method, photoCount: 4);
            return Fingerprint.Of(result.Unit);
        }

        string[] asplPrints = [Print(new Aspl(aspl)), .. new SurrogateCompat[]
        {
            new() { CompatBf16Surrogate = true }, new() { CompatIndexOrder = true }, new() { CompatNoClip = true },
        }.Select(c => Print(new Aspl(aspl with { Compat = c })))];
        Assert.Distinct(asplPrints);
        Assert.Distinct([Print(new MetaCloak(meta)), Print(new MetaCloak(meta with { CompatUnnormalisedSurrogate = true })), Print(new MetaCloak(meta with { CompatTruncateExport = true }))]);
    }

    [Fact]
    public void Truncation_darkens_by_half_a_level()
    {
        using var scope = NewDisposeScope();
        using var photos = TinyModel.Photos(3, 1);
        using var draws = new Seed(1).Open();
        var wild = (photos.ToSigned() + draws.Uniform(-0.05, 0.05, photos.Unit.shape)).clamp(-1, 1);
        using ImageBatch rounded = EightBitExport.Round(photos, wild, Budget), cut = EightBitExport.Round(photos, wild, Budget, truncate: true);
        var bias = ((cut.Unit - rounded.Unit).mean() * 255).item<float>();
        Assert.InRange(bias, -0.55, -0.3);
        Assert.True(BudgetAudit.Measure(photos.Images(), cut.Images(), Budget).Passed);
    }

    [Theory]
    [InlineData("photoguard-diffusion")]
    [InlineData("aspl")]
    [InlineData("random-sign")]
    public void Outside_the_mask_no_pixel_changes(string method)
    {
        using var scope = NewDisposeScope();
        using var photos = TinyModel.Photos(2, 1);
        var mask = zeros(1, 1, TinyModel.Side, TinyModel.Side);
        mask[.., .., .., ..8] = 1;
        using var result = Protect(PerturbationCatalog.Create(method, Budget, Profile.Smoke), Context() with { Mask = mask });
        var change = (result.Unit - photos.Quantize().Unit).abs();
        Assert.Equal(0, change[.., .., .., 8..].max().item<float>());
        Assert.True(change[.., .., .., ..8].max().item<float>() > 0);
    }

    [Fact]
    public void A_companion_learns_from_the_pixels_backward_pass_and_draws_are_averaged()
    {
        using var scope = NewDisposeScope();
        var weight = tensor(2f).requires_grad_();
        var heard = new Companion([weight]);
        var original = zeros(1, 3, 2, 2);
        var template = new ProjectedGradient { Budget = Budget, StepSize = Budget, Steps = 1, Samples = 3, Companion = heard };
        var calls = 0;
        template.Run(original, original, (x, _) => (x + ++calls).sum() * weight, new Seed(1), cancellationToken: TestContext.Current.CancellationToken);
        // d/dw of the sum over 12 pixels of (0 + call), averaged over the calls 1, 2, 3.
        Assert.Equal((3, 24f), (calls, heard.Heard.Single()));
    }

    private sealed class Companion(IReadOnlyList<Tensor> parameters) : IGradientCompanion
    {
        public List<float> Heard { get; } = [];

        public IReadOnlyList<Tensor> Parameters => parameters;

        public void Learn(IReadOnlyList<Tensor> gradients) => Heard.Add(gradients.Single().item<float>());
    }

    private static PerturbationContext Context() => new(TinyModel.Create()) { ClassImages = TinyModel.Photos(4, 5) };

    private static ImageBatch Protect(IPerturbation method, PerturbationContext? context = null, IProgress<PerturbationProgress>? log = null, int photoCount = 2)
    {
        using var photos = TinyModel.Photos(photoCount, 1);
        return method.Protect(photos, context ?? Context(), new Seed(1), log, TestContext.Current.CancellationToken);
    }
}
