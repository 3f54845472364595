using TorchSharp;
using Workbench.Models.Blocks;
using Workbench.Tensors;
using Workbench.Tests.Goldens;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Models.Blocks;

public sealed class AttentionTests
{
    /// <summary>A head as wide as the autoencoder's, with so many tokens that the fused kernel takes over.</summary>
    [Fact]
    public void Many_tokens_attend_as_the_formula_says_and_pass_the_gradient()
    {
        using var scope = NewDisposeScope();
        using var stream = new Seed(1).Open();
        Tensor q = stream.Normal(1, 1, 1100, 64).requires_grad_(), k = stream.Normal(1, 1, 1100, 64), v = stream.Normal(1, 1, 1100, 64);
        var attended = Attention.Attend(q, k, v);
        var expected = nn.functional.softmax(q.matmul(k.transpose(-2, -1)) / 8, -1).matmul(v);
        GoldenAssert.Close(attended, expected, 1e-5);
        GoldenAssert.Close(autograd.grad([attended.pow(2).sum()], [q])[0], autograd.grad([expected.pow(2).sum()], [q])[0], 1e-4);
    }
}
