using TorchSharp;
using Workbench.Analysis;
using Workbench.Imaging;
using Workbench.Metrics;
using Workbench.Metrics.Faces;
using Workbench.Tensors;
using Workbench.Worlds;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Metrics;

/// <summary>
/// Metrics with trained weights order inputs whose order is known: clean portraits before noisy ones, a person before other people. The contract tests
/// say that scores are well formed; these, that they measure what their names say.
/// </summary>
public sealed class MetricCalibrationTests(MetricCalibrationTests.World world) : IClassFixture<MetricCalibrationTests.World>
{
    /// <summary>The size at which sign noise is plain to see.</summary>
    private const double NoiseLevels = 16;

    public static TheoryData<string> QualityNames => new("CLIP-IQA", "CLIP-IQAC", "CLIP-IQAC log-odds", "SDS", "SDS (face)");

    public static TheoryData<string> LikenessNames => new("IMS-CLIP", "IMS", "IMS-IP", "IMS-VGG", "ISM", "IMS (published)");

    [Theory]
    [MemberData(nameof(QualityNames))]
    public void Sign_noise_makes_portraits_worse(string name)
    {
        var metric = world.Metric(name);
        using var noisy = Noisy(world.Portraits);
        AssertBetter(metric, metric.Score(world.Portraits), metric.Score(noisy));
    }

    [Theory]
    [InlineData("SDS")]
    [InlineData("SDS (face)")]
    public void Other_things_than_people_are_no_subject(string name)
    {
        var metric = world.Metric(name);
        var (people, things) = (metric.Score(world.Portraits), metric.Score(world.Things));
        AssertBetter(metric, people, things);
        Assert.True(people.Average() > 0.8 && things.Average() < 0.2, $"{people.Average()} and {things.Average()}");
    }

    [Fact]
    public void Pictures_without_a_person_fail_face_detection()
    {
        var metric = new FaceDetectionFailure(world.Faces);
        AssertBetter(metric, metric.Score(world.Portraits), metric.Score(world.Things));
    }

    [Theory]
    [MemberData(nameof(LikenessNames))]
    public void A_person_is_more_like_itself_than_others_are(string name)
    {
        var metric = world.Metric(name);
        var (same, other) = (new List<double>(), new List<double>());
        foreach (var (person, photos) in world.People.Index())
            foreach (var (reference, references) in world.References.Index())
                (person == reference ? same : other).AddRange(metric.Score(photos, references));
        AssertBetter(metric, same, other);
    }

    // IMS is not among these: the identity encoder was trained on degraded portraits too, and looks through noise.
    [Fact]
    public void Sign_noise_takes_clips_likeness_away()
    {
        var metric = world.Metric("IMS-CLIP");
        foreach (var (person, photos) in world.People.Index())
        {
            using var noisy = Noisy(photos);
            AssertBetter(metric, metric.Score(photos, world.References[person]), metric.Score(noisy, world.References[person]));
        }
    }

    [Fact]
    public void The_concept_probe_sees_noise_in_noisy_portraits_and_none_in_another_person()
    {
        using var probe = new ConceptProbe(world.Models.Clip, ConceptProbeConfig.OneWord);
        using var noisy = Noisy(world.Portraits);
        ConceptReading clean = probe.Read(world.Portraits), disturbed = probe.Read(noisy);
        Assert.True(clean.MeanNoise < 0.2 && disturbed.MeanNoise > 0.8, $"P(noise) {clean.MeanNoise} of clean portraits, {disturbed.MeanNoise} of noisy ones");
        Assert.All(clean.NoiseLogOdds.Zip(disturbed.NoiseLogOdds), p => Assert.True(p.First < p.Second, $"log-odds {p.First} clean, {p.Second} noisy"));
        // Who is shown matters less than noise does: the most and the least noisy person lie nearer to each other than any does to its noisy self.
        var people = world.People.Select(p => probe.Read(p).NoiseLogOdds.Average()).ToArray();
        Assert.True(people.Max() - people.Min() < disturbed.NoiseLogOdds.Average() - clean.NoiseLogOdds.Average(), $"between people {people.Max() - people.Min()}");
        Assert.All(people, logOdds => Assert.True(logOdds < 0, $"{logOdds}"));
    }

    [Theory]
    [InlineData(16.0, 0.0)]
    [InlineData(0.0, 2.5)]
    public void Noise_and_blur_make_a_photo_worse_for_BRISQUE_where_its_data_files_are_installed(double levels, double sigma)
    {
        var folder = Environment.GetEnvironmentVariable("WORKBENCH_OPENCV_QUALITY") ?? "/usr/share/opencv4/quality";
        Assert.SkipUnless(Directory.Exists(folder), $"No OpenCV quality data in {folder}: install opencv-data or set WORKBENCH_OPENCV_QUALITY.");
        var metric = new Brisque(BrisqueModel.Load(Path.Combine(folder, "brisque_model_live.yml"), Path.Combine(folder, "brisque_range_live.yml")));
        using var photo = ImageBatch.Load([Path.Combine(world.Models.Folder, "..", "..", "photos", "astronaut.png")], 256);
        using var worse = levels > 0 ? Noisy(photo, levels) : ImageBatch.FromImages([PilGaussianBlur.Blur(photo.Image(0), sigma)]);
        AssertBetter(metric, metric.Score(photo), metric.Score(worse));
    }

    /// <summary>The means lie as the metric's direction says, by more than rounding.</summary>
    private static void AssertBetter(IMetric metric, IReadOnlyList<double> better, IReadOnlyList<double> worse)
    {
        var gap = better.Average() - worse.Average();
        Assert.True((metric.Direction is MetricDirection.HigherIsBetter ? gap : -gap) > 0.01, $"{metric.Name}: {better.Average()} should be better than {worse.Average()}");
    }

    private static ImageBatch Noisy(ImageBatch images, double levels = NoiseLevels)
    {
        using var unit = TensorScope.Inference(() =>
        {
            using var draws = new Seed(3).For("noise").Open();
            return (images.Unit + levels / 255 * draws.Uniform(-1, 1, images.Unit.shape).sign()).clamp(0, 1);
        });
        return ImageBatch.FromUnit(unit);
    }

    /// <summary>The shipped models, and a few pictures of the mini world.</summary>
    public sealed class World : IDisposable
    {
        private const int Count = 3;
        private static readonly string[] Others = ["cat", "house", "flower", "tree", "car"];
        private readonly int threads = get_num_threads();

        public World()
        {
            Models = MiniWorldModels.Load();
            var subjects = Enumerable.Range(0, Count).Select(k => new Subjects().HeldOut(k)).ToArray();
            People = [.. subjects.Select(s => Batch(s.Photos("B", 2)))];
            References = [.. subjects.Select(s => Batch(s.Photos("C", 2)))];
            Portraits = ImageBatch.FromImages(People.SelectMany(p => p.Images()));
            Things = Batch(Enumerable.Range(0, 1000).Select(i => WorldSampler.Sample(new Seed(1), i))
                .Where(s => s.Description is { Degradation: null, Class: not (WorldClass.Person or WorldClass.Pattern) }).Take(2 * Count));
        }

        public MiniWorldModels Models { get; }

        public IReadOnlyList<ImageBatch> People { get; }

        public IReadOnlyList<ImageBatch> References { get; }

        public ImageBatch Portraits { get; }

        public ImageBatch Things { get; }

        public IFaceDetector Faces => new ClipFaceDetector(Detection);

        private SubjectDetection Detection => new(Models.Clip, "person", Others);

        public IMetric Metric(string name) => name switch
        {
            "CLIP-IQA" => new ClipIqa(Models.Clip),
            "CLIP-IQAC" => new ClipIqac(Models.Clip, "person"),
            "CLIP-IQAC log-odds" => new ClipIqacLogOdds(Models.Clip, "person"),
            "SDS" => Detection,
            "SDS (face)" => new FaceConfidence(Faces),
            "IMS-CLIP" => new ClipSimilarity(Models.Clip),
            "IMS" => new IdentitySimilarity(Models.IdentityEncoder),
            "IMS-IP" => FaceIdentity.ImsIp(Models.IdentityEncoder, Faces),
            "IMS-VGG" => FaceIdentity.ImsVgg(Models.IdentityEncoder, Faces),
            "ISM" => FaceIdentity.Ism(Models.IdentityEncoder, Faces),
            "IMS (published)" => new PublishedIms(Metric("IMS-IP"), Metric("IMS-VGG")),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "unknown"),
        };

        public void Dispose()
        {
            foreach (var batch in People.Concat(References).Append(Portraits).Append(Things)) batch.Dispose();
            Models.Dispose();
            set_num_threads(threads);
        }

        private static ImageBatch Batch(IEnumerable<WorldSample> samples) => ImageBatch.FromImages(samples.Select(s => s.Image));
    }
}
