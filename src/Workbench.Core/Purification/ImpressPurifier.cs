using TorchSharp;
using Workbench.Imaging;
using Workbench.Models.Vae;
using Workbench.Tensors;
using static TorchSharp.torch;

namespace Workbench.Purification;

/// <summary>Searches, near the protected picture, for one that the autoencoder gives back unchanged.</summary>
/// <remarks>
/// Cao et al. 2023, "IMPRESS: Evaluating the Resilience of Imperceptible Perturbations Against Unauthorized Data Usage": minimises
/// <c>mean (D(E(x)) − x)² + α·max(d(x, x_protected) − p, 0)</c> with Adam, the posterior's mode as latents, gradients through both
/// halves. The paper's d is LPIPS with a VGG trunk; without weights for it, d is the root mean square of the pixels. Where the
/// compared code computes in 16 bit, optimiser included, this one stays in float32.
/// </remarks>
/// <seealso href="notebooks/05-paper-tables.ipynb">Explained in notebook 05.</seealso>
public sealed class ImpressPurifier : BatchPurifier
{
    private readonly AutoencoderKL vae;
    private readonly Func<Tensor, Tensor, Tensor> distance;
    private readonly ImpressOptions options;

    /// <summary>Makes the purifier.</summary>
    /// <param name="vae">The autoencoder; stays the caller's.</param>
    /// <param name="distance">Of two pictures <c>[1, 3, H, W]</c> in [-1,1], a differentiable scalar; null for the root mean square.</param>
    /// <param name="options">Defaults to <see cref="ImpressOptions.Paper"/>.</param>
    public ImpressPurifier(AutoencoderKL vae, Func<Tensor, Tensor, Tensor>? distance = null, ImpressOptions? options = null)
    {
        this.vae = vae;
        this.distance = distance ?? RootMeanSquare;
        this.options = options ?? ImpressOptions.Paper;
        this.options.Validate();
    }

    /// <inheritdoc/>
    public override string Name => "impress";

    /// <inheritdoc/>
    protected override int BatchSize => 1;

    /// <summary>How much the autoencoder changes a picture: <c>mean (D(E(x)) − x)²</c>.</summary>
    /// <param name="signed"><c>[1, 3, H, W]</c>, pixels in [-1,1].</param>
    public Tensor Inconsistency(Tensor signed) => (vae.Decode(vae.Encode(signed).Mode) - signed).pow(2).mean();

    /// <inheritdoc/>
    protected override Tensor Apply(Tensor pixels, IReadOnlyList<Seed> seeds, CancellationToken cancellationToken)
    {
        using var random = seeds[0].For("start").Open();
        using var gradients = enable_grad();
        var (height, width) = (pixels.size(2), pixels.size(3));
        // The autoencoder gives whole latents back only.
        var given = EdgePadding.ToMultiple((pixels * 2 - 1).to(vae.parameters().First().device), vae.Config.SpatialFactor);
        var x = nn.Parameter((given + random.NormalLike(given) * options.StartNoise).clamp(-1, 1).detach());
        using var adam = optim.Adam([x], options.LearningRate, eps: 1e-5);
        TensorScope.Loop(options.Iterations, step =>
        {
            foreach (var group in adam.ParamGroups) group.LearningRate = LearningRateAt(step);
            var loss = Inconsistency(x) + (distance(x, given) - options.DistanceBound).clamp_min(0) * options.DistanceWeight;
            var gradient = autograd.grad([loss], [x])[0];
            using var guard = no_grad();
            if (x.grad is { } old) old.copy_(gradient);
            else x.grad = gradient.DetachFromDisposeScope();
            adam.step();
            x.clamp_(-1, 1);
        }, cancellationToken);
        x.grad?.Dispose();
        return (EdgePadding.CutBack(x.detach(), height, width).cpu() + 1) / 2;
    }

    private double LearningRateAt(int step) => options.FinalLearningRate
        + (options.LearningRate - options.FinalLearningRate) * (1 + Math.Cos(Math.PI * step / options.Iterations)) / 2;

    /// <summary>The small constant keeps the gradient finite at distance zero.</summary>
    private static Tensor RootMeanSquare(Tensor a, Tensor b) => ((a - b).pow(2).mean() + 1e-12).sqrt();
}
