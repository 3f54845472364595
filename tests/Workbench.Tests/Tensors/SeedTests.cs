using CsCheck;
using Workbench.Tensors;
using Xunit;

namespace Workbench.Tests.Tensors;

public sealed class SeedTests
{
    [Fact]
    public void A_split_depends_on_seed_and_name_alone()
    {
        Assert.Equal(new Seed(7).For("noise"), new Seed(7).For("noise"));
        Assert.NotEqual(new Seed(7).For("noise"), new Seed(8).For("noise"));
        Assert.NotEqual(new Seed(7).For("noise"), new Seed(7).For("timesteps"));
        Assert.NotEqual(new Seed(7).For("a").For("b"), new Seed(7).For("b").For("a"));
        // Computed by hand from the SHA-256 of the seed and the name: another derivation would silently change every stored run.
        Assert.Equal("7870275979530450809", new Seed(7).For("noise").ToString());
    }

    [Fact]
    public void Numbered_splits_do_not_collide_and_fit_a_signed_seed()
    {
        Gen.ULong.Sample(
            value =>
            {
                var children = Enumerable.Range(0, 200).Select(i => new Seed(value).For(i)).ToList();
                Assert.Equal(200, children.Distinct().Count());
                Assert.All(children, child => Assert.True(child.Value <= long.MaxValue));
            },
            iter: 50, threads: 1);
    }
}
