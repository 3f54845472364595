using TorchSharp;
using TorchSharp.Modules;
using Workbench.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Workbench.Models.SuperResolution;

/// <summary>Three dense blocks inside one residual connection, both scaled by 0.2 (ESRGAN, figure 4).</summary>
internal sealed class ResidualInResidualDenseBlock : NamedModule<Tensor, Tensor>
{
    /// <summary>Residual scaling of the dense blocks and of the block around them.</summary>
    internal const double Beta = 0.2;

    private readonly ResidualDenseBlock[] dense = new ResidualDenseBlock[3];

    internal ResidualInResidualDenseBlock(int features, int growth) : base(nameof(ResidualInResidualDenseBlock))
    {
        for (var i = 0; i < dense.Length; i++) register_module($"rdb{i + 1}", dense[i] = new ResidualDenseBlock(features, growth));
    }

    public override Tensor forward(Tensor input) => TensorScope.Run(() => input + TensorScope.Chain(input, dense.Select(block => (Func<Tensor, Tensor>)block.call)) * Beta);

    /// <summary>Five convolutions, each of which sees all features before it.</summary>
    private sealed class ResidualDenseBlock : NamedModule<Tensor, Tensor>
    {
        private readonly Conv2d[] convs = new Conv2d[5];

        internal ResidualDenseBlock(int features, int growth) : base(nameof(ResidualDenseBlock))
        {
            for (var i = 0; i < convs.Length; i++)
            {
                convs[i] = new Conv2d(features + i * growth, i == convs.Length - 1 ? features : growth, 3, padding: 1);
                register_module($"conv{i + 1}", convs[i]);
            }
        }

        public override Tensor forward(Tensor input) => TensorScope.Run(() =>
        {
            var steps = convs[..^1].Select(conv => (Func<Tensor, Tensor>)(seen => cat([seen, functional.leaky_relu(conv.call(seen), 0.2)], 1)));
            return input + convs[^1].call(TensorScope.Chain(input, steps)) * Beta;        // of [B, features + 4*growth, H, W]
        });
    }
}
