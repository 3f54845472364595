using TorchSharp;
using Workbench.Metrics;
using Workbench.Models.Clip;
using Workbench.Models.Identity;
using Workbench.Models.Vae;
using Workbench.Pipelines;
using Workbench.Purification;
using Workbench.Weights;

namespace Workbench.Worlds;

/// <summary>The mini world's trained models as shipped in <c>data/models/mini</c>: found wherever the program runs from.</summary>
/// <seealso href="notebooks/00-start-here.ipynb">Explained in notebook 00.</seealso>
public sealed class MiniWorldModels : IDisposable
{
    /// <summary>Environment variable that names the <c>data</c> folder, where it does not lie above the program.</summary>
    public const string DataVariable = "WORKBENCH_DATA";

    private readonly ClipModel clipModel;

    private MiniWorldModels(string folder)
    {
        Folder = folder;
        Pipeline = StableDiffusionPipeline.FromPretrained(folder);
        clipModel = ClipModel.FromPretrained(Path.Combine(folder, "clip"));
        Clip = new ClipEmbedder(clipModel, Pipeline.Tokenizer!);
        IdentityEncoder = IdentityEncoder.FromPretrained(Path.Combine(folder, "identity"));
        Perceptual = new ClipFeatureDistance(clipModel);
        Purifiers = PurifierSources.FromModelFolder(folder) with
        {
            PerceptualDistance = Perceptual.Between, PerceptualParts = [Part(Path.Combine(folder, "clip"))], Settings = PurifierSettings.MiniWorld,
        };
    }

    /// <summary>The purifiers of a model folder with the mini world's settings, nothing loaded yet: what <see cref="Purifiers"/> is after <see cref="Load"/>.</summary>
    public static PurifierSources PurifiersOf(string folder)
    {
        var clip = Path.Combine(folder, "clip");
        var perceptual = new Lazy<ClipFeatureDistance>(() =>
        {
            var model = ClipModel.FromPretrained(clip);
            // First asked for inside some step's scope, which would take weights along when it ends.
            foreach (var parameter in model.parameters()) parameter.DetachFromDisposeScope();
            return new ClipFeatureDistance(model);
        });
        return PurifierSources.FromModelFolder(folder) with
        {
            Settings = PurifierSettings.MiniWorld,
            PerceptualDistance = Directory.Exists(clip) ? (a, b) => perceptual.Value.Between(a, b) : null, PerceptualParts = Directory.Exists(clip) ? [Part(clip)] : [],
        };
    }

    /// <summary>The model folder.</summary>
    public string Folder { get; }

    /// <summary>The text-to-image model.</summary>
    public StableDiffusionPipeline Pipeline { get; }

    /// <summary>CLIP.</summary>
    public ClipEmbedder Clip { get; }

    /// <summary>The face embedding.</summary>
    public IdentityEncoder IdentityEncoder { get; }

    /// <summary>The stand-in for LPIPS, over CLIP's features.</summary>
    public ClipFeatureDistance Perceptual { get; }

    /// <summary>The folders that purifiers need, and the perceptual distance.</summary>
    public PurifierSources Purifiers { get; }

    /// <summary>Loads the models of <paramref name="folder"/>, or of the folder that <see cref="Find"/> finds.</summary>
    /// <remarks>
    /// Sets TorchSharp to one thread where it computes on the CPU: layers this small gain little from a second one, and lose 2 to 5 times as soon as
    /// another process runs beside (measured). Call <c>torch.set_num_threads</c> afterwards to have it otherwise.
    /// </remarks>
    /// <exception cref="DirectoryNotFoundException">There is none; the message says where was looked.</exception>
    public static MiniWorldModels Load(string? folder = null)
    {
        torch.set_num_threads(1);
        return new MiniWorldModels(folder ?? Find());
    }

    /// <summary>The model folder: in <c>WORKBENCH_DATA</c>, or in <c>data/models/mini</c> above this assembly or the working folder.</summary>
    /// <exception cref="DirectoryNotFoundException">There is none; the message says where was looked.</exception>
    public static string Find()
    {
        var named = Environment.GetEnvironmentVariable(DataVariable);
        if (!string.IsNullOrEmpty(named))
            return Existing(Path.Combine(named, "models", "mini"))
                ?? throw new DirectoryNotFoundException($"{DataVariable} is {named}, but {Path.Combine(named, "models", "mini")} holds no model_index.json.");
        string[] starts = [Path.GetDirectoryName(typeof(MiniWorldModels).Assembly.Location) ?? "", AppContext.BaseDirectory, Environment.CurrentDirectory];
        var candidates = starts.Where(s => s.Length > 0).Distinct(StringComparer.Ordinal)
            .SelectMany(Ancestors).Select(f => Existing(Path.Combine(f, "data", "models", "mini")));
        return candidates.FirstOrDefault(f => f is not null) ?? throw new DirectoryNotFoundException(
            $"The mini world's models were not found: no data/models/mini with a model_index.json above {string.Join(" or ", starts.Distinct())}. " +
            $"Set {DataVariable} to the data folder of the checkout, or train the models with 'workbench world train'.");
    }

    /// <summary>
    /// Whether a model folder is of the mini world, the shipped one or one that was trained or copied from it: its autoencoder takes pictures of
    /// <see cref="MiniWorld.Size"/> to latents of a quarter of that. Settings for the mini world fit no others.
    /// </summary>
    /// <param name="folder">A model folder. One without a readable <c>vae/config.json</c> is none; loading it says what is wrong.</param>
    public static bool IsMiniWorld(string folder)
    {
        try
        {
            var config = ModelConfigFile.Read<AutoencoderKLConfig>(Path.Combine(folder, "vae", "config.json"));
            return config.SampleSize == MiniWorld.Size && config.SpatialFactor == 4;
        }
        catch (Exception e) when (e is WeightsException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Pipeline.Dispose();
        clipModel.Dispose();
        IdentityEncoder.Dispose();
    }

    private static ModelPart Part(string clip) => new("perceptual", clip);

    private static string? Existing(string folder) => File.Exists(Path.Combine(folder, "model_index.json")) ? folder : null;

    private static IEnumerable<string> Ancestors(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent) yield return folder.FullName;
    }
}
