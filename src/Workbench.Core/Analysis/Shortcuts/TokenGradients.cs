using TorchSharp;
using Workbench.Personalization;
using Workbench.Pipelines;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Analysis.Shortcuts;

/// <summary>Which word of the training prompt the loss pulls at: the size of its gradient at each token's embedding.</summary>
/// <param name="Tokens">The prompt's tokens, without start and end.</param>
/// <param name="Norms">One entry a batch: the gradient's L2 norm at each token.</param>
/// <seealso href="notebooks/02-shortcut-learning.ipynb">Explained in notebook 02.</seealso>
public sealed record TokenGradients(IReadOnlyList<string> Tokens, IReadOnlyList<IReadOnlyList<double>> Norms)
{
    /// <summary>Measures the instance loss of a training as it stands; nothing is stepped.</summary>
    /// <param name="training">The training.</param>
    /// <param name="pipeline">Its base model, for tokenizer and noise schedule.</param>
    /// <param name="prompt">The instance prompt it is trained with.</param>
    /// <param name="photos">What it is trained on.</param>
    /// <param name="seed">Of posterior samples, noises and timesteps.</param>
    /// <param name="batches">Independent batches, for an interval.</param>
    /// <param name="batchSize">Photos a batch.</param>
    public static TokenGradients Measure(
        DreamBoothTraining training, StableDiffusionPipeline pipeline, string prompt, LatentCache photos, Seed seed, int batches = 8, int batchSize = 4)
    {
        var tokenizer = pipeline.Tokenizer ?? throw new ArgumentException("Token gradients need a pipeline with a tokenizer.", nameof(pipeline));
        var tokens = tokenizer.Tokens(prompt);
        var norms = Enumerable.Range(0, batches).Select(batch => Batch(training, pipeline, tokenizer.Encode([prompt]), photos, seed.For(batch), batch, batchSize))
            .Select(all => (IReadOnlyList<double>)all[1..(tokens.Count + 1)]).ToArray();
        return new TokenGradients(tokens, norms);
    }

    /// <summary>The share of <paramref name="word"/> in the sum over all tokens, one entry a batch; 1 / tokens would be its even share.</summary>
    /// <exception cref="ArgumentException">The prompt does not hold the word.</exception>
    public IReadOnlyList<double> Share(string word, Func<string, IReadOnlyList<string>> tokenize)
    {
        var wanted = tokenize(word);
        var first = Enumerable.Range(0, Tokens.Count - wanted.Count + 1).Where(i => Tokens.Skip(i).Take(wanted.Count).SequenceEqual(wanted, StringComparer.Ordinal)).DefaultIfEmpty(-1).First();
        if (first < 0) throw new ArgumentException($"'{word}' is not in the prompt: its tokens are {string.Join(' ', Tokens)}.", nameof(word));
        return [.. Norms.Select(batch => batch.Skip(first).Take(wanted.Count).Sum() / batch.Sum())];
    }

    private static double[] Batch(
        DreamBoothTraining training, StableDiffusionPipeline pipeline, Tensor ids, LatentCache photos, Seed seed, int batch, int size) => TensorScope.Value(() =>
    {
        var schedule = pipeline.Scheduler.Schedule;
        var table = training.TextEncoder.TokenEmbedding;
        var onDevice = ids.to(table.device);
        var embeddings = table.detach().index_select(0, onDevice.view(-1)).unsqueeze(0).requires_grad_();
        using var draws = seed.Open();
        var latents = photos.Sample([.. Enumerable.Range(0, size).Select(i => (long)((batch * size + i) % photos.Count))], draws);
        var noise = draws.NormalLike(latents);
        var timesteps = draws.Integers(0, schedule.NumTrainTimesteps, size).to(latents.device);
        var states = training.TextEncoder.Encode(onDevice, tokenEmbeddings: embeddings).LastHiddenState.expand(size, -1, -1);
        var loss = new DreamBoothLoss(schedule, priorLossWeight: null).Compute(training.UNet, latents, noise, timesteps, states);
        // Only this gradient is asked for, so that the training's own stay as they are.
        var gradient = autograd.grad([loss.Total], [embeddings])[0];
        return gradient.to(ScalarType.Float32).norm(-1, keepdim: false, p: 2).view(-1).to(ScalarType.Float64, torch.CPU).data<double>().ToArray();
    });
}
