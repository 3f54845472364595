using TorchSharp;
using Workbench.Imaging;
using Workbench.Models.CodeFormer;
using Workbench.Models.SuperResolution;
using Workbench.Models.Vae;
using Workbench.Purification;
using Workbench.Tensors;
using Workbench.Tests.Imaging;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Purification;

/// <summary>What every purifier owes: shape and range kept, one seed one result, the input untouched, progress, cancellation.</summary>
public sealed class PurifierContractTests
{
    public static TheoryData<string> Chains =>
    [
        "none", "gau", "gau(1)", "gau-released", "jpeg", "jpeg(30)", "tvm", "tvm(0.05)", "tvm-released", "sr-x2", "sr-x4", "code", "impress", "jpeg(50)-gau(0.7)-none",
        "pdiffp", "pdiffp-released", "gridpure", "gridpure-released", "ddspure", "ddspure-released", "ldiffp", "eldiffp", "noisyup", "pdmpure",
        DiffusionUpscaler, "noisyup-diffusion",
    ];

    [Theory]
    [MemberData(nameof(Chains))]
    public void Shape_and_range_are_kept_and_the_input_is_untouched(string chain)
    {
        using var images = Batch(3, 20, 26);
        using var before = images.Slice(0, images.Count);
        using var result = Make(chain).Purify(images, new Seed(1));
        Assert.Equal((images.Count, images.Height, images.Width), (result.Count, result.Height, result.Width));
        Assert.True(TensorScope.Value(() => (result.Unit >= 0).all().item<bool>() && (result.Unit <= 1).all().item<bool>()));
        Assert.True(images.Unit.equal(before.Unit).all().item<bool>());
    }

    [Theory]
    [MemberData(nameof(Chains))]
    public void One_seed_gives_one_result_and_neighbours_do_not_matter(string chain)
    {
        using var images = Batch(3, 16, 16);
        using var alone = images.Slice(0, 1);
        var purifier = Make(chain);
        using ImageBatch first = purifier.Purify(images, new Seed(7)), again = purifier.Purify(images, new Seed(7)), single = purifier.Purify(alone, new Seed(7));
        Assert.True(first.Unit.equal(again.Unit).all().item<bool>());
        Assert.True(first.Unit[0].allclose(single.Unit[0], 0, 1e-5));
    }

    [Theory]
    [MemberData(nameof(Chains))]
    public void The_catalog_knows_which_purifiers_draw_random_numbers(string chain)
    {
        using var images = Batch(1, 16, 16);
        var purifier = Make(chain);
        using ImageBatch one = purifier.Purify(images, new Seed(1)), other = purifier.Purify(images, new Seed(2));
        var isReleased = chain.EndsWith(Suffix, StringComparison.Ordinal);
        var named = isReleased ? chain[..^Suffix.Length] : chain.Split('-')[0] is "sr" or "noisyup" ? chain.Split('-')[0] : chain;
        // That sr draws where a folder holds a diffusion pipeline is asked where there is such a folder.
        var expected = chain == DiffusionUpscaler || PurifierChain.IsRandom(named, isReleased ? Released : new PurifierSources());
        Assert.Equal(expected, !one.Unit.equal(other.Unit).all().item<bool>());
    }

    [Theory]
    [MemberData(nameof(Chains))]
    public void Progress_ends_at_the_last_picture_of_the_last_stage_and_cancellation_stops(string chain)
    {
        using var images = Batch(3, 16, 16);
        var reports = new List<PurificationProgress>();
        using var result = Make(chain).Purify(images, new Seed(1), new Recorder(reports));
        Assert.Equal((3, 3), (reports[^1].Done, reports[^1].Total));
        Assert.Equal(reports[^1].Stages, reports[^1].Stage);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => Make(chain).Purify(images, new Seed(1), null, cancelled.Token));
    }

    internal const string DiffusionUpscaler = "sr-diffusion";
    private const string Suffix = "-released";

    private static readonly PurifierSources Released = new() { Settings = PurifierSettings.Released };

    internal static IPurifier Make(string chain) => chain switch
    {
        "sr-x2" => new SuperResolutionPurifier(Network(2)),
        "sr-x4" => new SuperResolutionPurifier(Network(4)),
        DiffusionUpscaler => Diffusion(),
        "noisyup-diffusion" => new NoisyUpscaling(Diffusion()),
        "code" => new CodeFormerPurifier(Restorer()),
        "impress" => new ImpressPurifier(Autoencoder(), null, new ImpressOptions { Iterations = 3 }),
        "pdiffp" => new PixelDiffPure(Pixels(), PixelPurifierTests.Quick),
        "pdiffp-released" => new PixelDiffPure(Pixels(), Released.Settings.PixelDiffPure with { Timestep = 2, PictureSide = 32, Window = 16 }),
        "gridpure" => new GridPure(Pixels(), GridPure.Smoke),
        "gridpure-released" => new GridPure(Pixels(), Released.Settings.GridPure with { Timestep = 2, Iterations = 2, PictureSide = 32, Window = 16 }),
        "ddspure-released" => new DdsPure(Pixels(), Released.Settings.DdsPure with { Levels = 4 }),
        "ddspure" => new DdsPure(Pixels(), DdsPureOptions.Smoke),
        "ldiffp" => new LatentDiffPure(Pipelines.TinyPipeline.Create(), LatentDiffPureTests.Quick),
        "eldiffp" => new LatentDiffPure(Pipelines.TinyPipeline.Create(), LatentDiffPureTests.Quick.WithEmptyPrompt()),
        "noisyup" => new NoisyUpscaling(new SuperResolutionPurifier(Network(2))),
        "pdmpure" => new PdmPure(Pixels(), new SuperResolutionPurifier(Network(2)), PdmPureOptions.Smoke),
        "tvm-released" => new TotalVariation(Released.Settings.TotalVariation with { Side = 16, MaxIterations = 20 }),
        "gau-released" => PurifierChain.Parse("gau", Released),
        _ => PurifierChain.Parse(chain),
    };

    private static DiffusionUpscaling Diffusion() => new(Pipelines.StableDiffusionUpscalePipelineTests.Create(), DiffusionUpscalingOptions.Smoke);

    private static Workbench.Models.PixelDiffusion.GuidedDiffusionUNet Pixels() => Models.PixelDiffusion.GuidedDiffusionUNetTests.Network();

    private static RrdbNet Network(int scale) => new RrdbNet(new RrdbNetConfig { Scale = scale, NumFeat = 8, NumBlock = 1, NumGrowCh = 4 }).Seeded(3);

    internal static AutoencoderKL Autoencoder() => new AutoencoderKL(new AutoencoderKLConfig
    {
        BlockOutChannels = [8, 8], DownBlockTypes = ["DownEncoderBlock2D", "DownEncoderBlock2D"],
        UpBlockTypes = ["UpDecoderBlock2D", "UpDecoderBlock2D"], NormNumGroups = 4,
    }).Seeded(3);

    internal static CodeFormerModel Restorer() => new CodeFormerModel(new CodeFormerConfig
    {
        DimEmbd = 16, NHead = 2, NLayers = 1, CodebookSize = 24, LatentSize = 16, ConnectList = ["16"], ImgSize = 16,
        Nf = 4, ChMult = [1, 2, 2], ResBlocks = 1, AttnResolutions = [4], EmbDim = 8, NormNumGroups = 2,
    }).Seeded(3);

    internal static ImageBatch Batch(int count, int height, int width) =>
        ImageBatch.FromImages(Enumerable.Range(0, count).Select(i => i == 1 ? Pictures.Gradient(width, height) : Pictures.Noise(width, height, (ulong)i)));

    [Theory]
    [InlineData(0, true)]
    [InlineData(0.5, false)]
    [InlineData(1, true)]
    public void Codeformers_settings_reach_the_network(double weight, bool adain)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var model = Restorer();
        using var images = Batch(1, 16, 16);
        using var result = new CodeFormerPurifier(model, new CodeFormerOptions { FidelityWeight = weight, AdaptiveInstanceNormalization = adain }).Purify(images, new Seed(1));
        Tensor Restored(double w, bool normalised) => ((model.Restore(images.ToSigned(), w, normalised).Image + 1) / 2).clamp(0, 1);
        double Distance(Tensor expected) => (result.Unit - expected).abs().max().item<float>();
        Assert.True(Distance(Restored(weight, adain)) < 1e-5);
        Assert.True(Distance(Restored(weight < 0.7 ? 0.9 : 0.4, adain)) > 1e-3);
        Assert.True(Distance(Restored(weight, !adain)) > 1e-3);
    }

    [Theory]
    [InlineData(16, 4)]
    [InlineData(128, 2)]
    public void An_upscaler_takes_fewer_pictures_at_once_where_they_are_large(int side, int first)
    {
        using var images = Batch(4, side, side);
        var reports = new List<PurificationProgress>();
        new SuperResolutionPurifier(Network(2)).Purify(images, new Seed(1), new Recorder(reports)).Dispose();
        Assert.Equal((first, 4), (reports[0].Done, reports[^1].Done));
    }

    private sealed class Recorder(List<PurificationProgress> reports) : IProgress<PurificationProgress>
    {
        public void Report(PurificationProgress value) => reports.Add(value);
    }
}
