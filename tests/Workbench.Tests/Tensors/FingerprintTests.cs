using TorchSharp;
using Workbench.Tensors;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Tensors;

public sealed class FingerprintTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Equal_tensors_in_any_layout_and_order_give_equal_fingerprints()
    {
        var x = arange(6).view(2, 3);
        Assert.Equal(Fingerprint.Of(x), Fingerprint.Of(x.t().contiguous().t()));
        Assert.Equal(
            Fingerprint.Of(new Dictionary<string, Tensor> { ["a"] = x, ["b"] = ones(1) }),
            Fingerprint.Of(new Dictionary<string, Tensor> { ["b"] = ones(1), ["a"] = x.clone() }));
    }

    [Fact]
    public void Name_dtype_shape_and_every_value_count()
    {
        var x = zeros(4);
        var changed = zeros(4);
        changed[3] = 1e-30f;
        string[] all =
        [
            Fingerprint.Of(x), Fingerprint.Of(changed), Fingerprint.Of(x.view(2, 2)), Fingerprint.Of(zeros(4, dtype: int32)), Fingerprint.Of(zeros(0)),
            Fingerprint.Of(new Dictionary<string, Tensor> { ["x"] = x }), Fingerprint.Of(new Dictionary<string, Tensor> { ["y"] = x }),
        ];
        Assert.Equal(all.Length, all.Distinct(StringComparer.Ordinal).Count());
        Assert.All(all, text => Assert.Matches("^[0-9a-f]{64}$", text));
    }

    [Fact]
    public void A_file_has_its_plain_SHA_256()
    {
        using var temp = new TemporaryFolder();
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", Fingerprint.OfFile(temp.WriteText("abc", "f")));
    }
}
