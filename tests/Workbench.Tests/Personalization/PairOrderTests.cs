using Workbench.Personalization;
using Workbench.Tensors;
using Xunit;

namespace Workbench.Tests.Personalization;

public sealed class PairOrderTests
{
    [Fact]
    public void An_epoch_shows_every_class_picture_once_and_goes_round_the_instances()
    {
        var order = new PairOrder(4, 200, new Seed(1));
        var rows = Enumerable.Range(0, 50).Select(step => order.Batch(step, 4)).ToList();
        Assert.Equal(Enumerable.Range(0, 200).Select(i => (long)i), rows.SelectMany(r => r.Classes).Order());
        Assert.All(rows.SelectMany(r => r.Instances.Zip(r.Classes)), pair => Assert.Equal(pair.Second % 4, pair.First));
        Assert.All(rows.SelectMany(r => r.Instances).GroupBy(i => i), group => Assert.Equal(50, group.Count()));
    }

    [Fact]
    public void A_step_depends_on_seed_and_number_alone()
    {
        var running = new PairOrder(3, 7, new Seed(5));
        for (var step = 0; step < 20; step++) running.Batch(step, 2);
        Assert.Equal(running.Batch(33, 2).Classes, new PairOrder(3, 7, new Seed(5)).Batch(33, 2).Classes);
        Assert.NotEqual(
            Enumerable.Range(0, 7).SelectMany(s => running.Batch(s, 1).Classes),
            Enumerable.Range(7, 7).SelectMany(s => running.Batch(s, 1).Classes));
    }

    [Fact]
    public void Without_class_pictures_there_are_instances_only()
    {
        var (instances, classes) = new PairOrder(5, 0, new Seed(1)).Batch(0, 5);
        Assert.Equal([0L, 1, 2, 3, 4], instances.Order());
        Assert.Empty(classes);
    }
}
