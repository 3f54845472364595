using TorchSharp;
using Workbench.Models.Clip;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Worlds.Training;

/// <summary>How the mini world's CLIP is trained: contrastively, on pictures and captions (Radford et al. 2021, figure 3).</summary>
public sealed record ClipRecipe
{
    /// <summary>Tokens a caption may have, ends included.</summary>
    public const int ContextLength = 32;

    /// <summary>Patches of 8 pixels, so that one embedding can hold eyes, glasses and fine noise.</summary>
    public ClipConfig Model { get; init; } = new()
    {
        ProjectionDim = 128,
        TextConfig = new() { HiddenSize = 128, IntermediateSize = 512, NumHiddenLayers = 3, NumAttentionHeads = 4, MaxPositionEmbeddings = ContextLength, ProjectionDim = 128 },
        VisionConfig = new()
        {
            HiddenSize = 128, IntermediateSize = 512, NumHiddenLayers = 4, NumAttentionHeads = 4,
            ImageSize = MiniWorld.Size, PatchSize = 8, ProjectionDim = 128,
        },
    };

    /// <summary>Steps, batch, learning rate.</summary>
    public TrainingConfig Training { get; init; } = new()
    {
        Steps = 4200, BatchSize = 128, LearningRate = 1e-3, Beta2 = 0.98, WeightDecay = 0.05, WarmupSteps = 300, DecayFraction = 0.5,
    };

    /// <summary>What the pictures show; more degraded ones than elsewhere, since noise is a concept it has to learn.</summary>
    public SampleMix Mix { get; init; } = new() { Person = 0.6f, Thing = 0.06f, Pattern = 0.1f, Degraded = 0.4f, Named = 0.25f };

    /// <summary>Share of a batch that are twins, people drawn with and without one thing.</summary>
    public float Twins { get; init; } = 0.5f;

    /// <summary>Trains in <paramref name="folder"/> and writes <c>clip/</c>, <c>text_encoder/</c> and <c>tokenizer/</c> below <paramref name="output"/>; begins with the weights of model folder <paramref name="start"/> where given.</summary>
    public void Train(string folder, string output, Seed seed, string? start = null, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        if (Training.Replicas > 1) throw new ArgumentException($"Training clip: replicas is {Training.Replicas}, expected 1: every pair of a batch is compared with every other, so a batch cannot be shared.");
        var vocabulary = Path.Combine(output, "tokenizer");
        // Every word of the captions becomes one token. A vocabulary that is there stays: the text encoder's rows belong to it.
        if (!File.Exists(Path.Combine(vocabulary, ClipVocabulary.LastFile))) new ClipVocabularyBuilder().AddWords(Captioner.Vocabulary).Build().Save(vocabulary, ContextLength);
        var tokenizer = ClipTokenizer.FromFolder(vocabulary);
        var config = Model with
        {
            TextConfig = Model.TextConfig with
            {
                VocabSize = tokenizer.VocabularySize, BosTokenId = tokenizer.BosId, EosTokenId = tokenizer.EosId, PadTokenId = tokenizer.PadId,
            },
        };
        using var trainer = new MixedPrecisionTrainer<ClipModel>(
            start is null ? ClipModel.Create(config, seed.For("initial weights")) : ClipModel.FromPretrained(Path.Combine(start, "clip")), () => new ClipModel(config), Training);
        var run = new TrainingRun<ClipModel>("clip", folder, trainer, Training);
        var data = seed.For("pairs");
        var processor = ClipImageProcessor.For(config.VisionConfig);
        using var best = new ClipModel(config);
        run.Train(
            step =>
            {
                var loss = trainer.Step(step, (clip, _) =>
                {
                    var samples = WorldBatches.WithTwins(data, step, Training.BatchSize, (int)(Training.BatchSize * Twins / 2), Mix);
                    var pixels = processor.Process(WorldBatches.Signed(samples) * 0.5 + 0.5).to(Training.ComputeType);
                    var ids = tokenizer.Encode([.. samples.Select(s => s.Caption)], PromptOverflow.Truncate);
                    return ClipLoss.Contrastive(
                        clip.GetImageFeatures(pixels).to(ScalarType.Float32), clip.GetTextFeatures(ids).to(ScalarType.Float32), clip.LogitScale.to(ScalarType.Float32));
                });
                trainer.Model.ClampLogitScale();
                return loss;
            },
            () =>
            {
                trainer.CopyBestInto(best);
                return ClipScores.Measure(best, tokenizer, 512);
            },
            progress, cancellationToken);
        trainer.CopyBestInto(best);
        Save(best, output);
    }

    private static void Save(ClipModel clip, string output)
    {
        var folder = Path.Combine(output, "clip");
        clip.SavePretrained(folder, ScalarType.Float16);
        ClipImageProcessor.For(clip.Config.VisionConfig).SavePretrained(folder);
        using var text = ClipTextModel.FromPretrained(folder);
        text.SavePretrained(Path.Combine(output, "text_encoder"), ScalarType.Float16);
    }
}
