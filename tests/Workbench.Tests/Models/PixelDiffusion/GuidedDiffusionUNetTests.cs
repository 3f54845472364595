using TorchSharp;
using Workbench.Models.PixelDiffusion;
using Workbench.Tensors;
using Workbench.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Workbench.Tests.Models.PixelDiffusion;

public sealed class GuidedDiffusionUNetTests
{
    /// <summary>Every option of the architecture in a few channels.</summary>
    internal static readonly GuidedDiffusionConfig Tiny = new()
    {
        ImageSize = 16, NumChannels = 8, NumResBlocks = 1, ChannelMult = [1, 2], AttentionResolutions = [8], NumHeadChannels = 8, NormNumGroups = 4,
    };

    internal static GuidedDiffusionUNet Network(GuidedDiffusionConfig? config = null, ulong seed = 3)
    {
        var network = new GuidedDiffusionUNet(config ?? Tiny).Seeded(seed);
        // Layers that start at zero would hide everything before them.
        using var guard = no_grad();
        using var stream = new Seed(seed).For("zeros").Open();
        foreach (var parameter in network.parameters().Where(p => p.count_nonzero().item<long>() == 0)) parameter.copy_(stream.Normal(parameter.shape) * 0.05);
        network.eval();
        return network;
    }

    [Fact]
    public void The_public_256_model_has_the_published_keys_and_size()
    {
        // 553 million numbers take long to draw: the count is a quadratic polynomial of the width, so three narrow models give it exactly.
        using var scope = NewDisposeScope();
        var (one, two, three) = (Count(32), Count(64), Count(96));
        const int X = 256 / 32;
        Assert.Equal(552_814_086, (one * (X - 2) * (X - 3) / 2) - (two * (X - 1) * (X - 3)) + (three * (X - 1) * (X - 2) / 2));

        long Count(int channels)
        {
            using var network = Narrow(channels);
            return network.state_dict().Values.Sum(t => t.numel());
        }
    }

    [Theory]
    [InlineData("time_embed.0.weight", 128, 32)]
    [InlineData("time_embed.2.bias", 128)]
    [InlineData("input_blocks.0.0.weight", 32, 3, 3, 3)]
    [InlineData("input_blocks.1.0.in_layers.0.weight", 32)]
    [InlineData("input_blocks.1.0.in_layers.2.weight", 32, 32, 3, 3)]
    [InlineData("input_blocks.1.0.emb_layers.1.weight", 64, 128)]
    [InlineData("input_blocks.3.0.out_layers.3.weight", 32, 32, 3, 3)]
    [InlineData("input_blocks.7.0.skip_connection.weight", 64, 32, 1, 1)]
    [InlineData("input_blocks.10.1.qkv.weight", 192, 64, 1)]
    [InlineData("input_blocks.17.1.proj_out.weight", 128, 128, 1)]
    [InlineData("middle_block.1.norm.weight", 128)]
    [InlineData("middle_block.2.out_layers.0.bias", 128)]
    [InlineData("output_blocks.0.0.skip_connection.weight", 128, 256, 1, 1)]
    [InlineData("output_blocks.2.2.in_layers.2.weight", 128, 128, 3, 3)]
    [InlineData("output_blocks.17.0.in_layers.0.weight", 64)]
    [InlineData("out.0.weight", 32)]
    [InlineData("out.2.weight", 6, 32, 3, 3)]
    public void The_public_keys_have_their_shapes_at_an_eighth_of_the_width(string key, params int[] shape)
    {
        using var scope = NewDisposeScope();
        using var network = Narrow(32);
        Assert.Equal(shape.Select(s => (long)s), network.state_dict()[key].shape);
    }

    private static GuidedDiffusionUNet Narrow(int channels) => new(GuidedDiffusionConfig.Paper with { NumChannels = channels, NumHeadChannels = 32 });

    [Theory]
    [InlineData(true, true, true, false)]
    [InlineData(false, true, false, true)]
    [InlineData(true, false, true, true)]
    [InlineData(false, false, false, false)]
    public void Every_option_runs_and_saved_weights_give_the_same_output(bool updown, bool scaleShift, bool convolve, bool newOrder)
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var network = Network(Tiny with
        {
            ResblockUpdown = updown, UseScaleShiftNorm = scaleShift, ConvResample = convolve, UseNewAttentionOrder = newOrder, LearnSigma = !newOrder,
        });
        var (x, t) = (Noise(2, 16), tensor(new long[] { 3, 700 }));
        var output = network.forward(x, t, null);
        Assert.Equal([2, newOrder ? 3 : 6, 16, 16], output.shape);
        network.SavePretrained(folder.File("pixel_diffusion"));
        using var again = GuidedDiffusionUNet.FromPretrained(folder.File("pixel_diffusion"));
        Assert.Equal(network.Config with { ChannelMult = null, AttentionResolutions = [] }, again.Config with { ChannelMult = null, AttentionResolutions = [] });
        Assert.True(again.forward(x, t, null).equal(output).all().item<bool>());
    }

    [Fact]
    public void The_output_depends_on_the_timestep_of_its_own_picture_alone()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var network = Network();
        var x = Noise(1, 16).expand(2, -1, -1, -1);
        var both = network.forward(x, tensor(new long[] { 3, 700 }), null);
        var first = network.forward(x[..1], tensor(new long[] { 3 }), null);
        Assert.True(both[..1].allclose(first, 1e-4, 1e-6));
        Assert.False(both[..1].allclose(both[1..], 1e-2, 1e-3));
    }

    [Fact]
    public void The_two_orders_of_attention_hold_the_same_numbers_in_another_order()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        const int Channels = 16, Heads = 2, Size = 8;
        using GuidedAttention old = new(Tiny, Channels, false), other = new(Tiny with { UseNewAttentionOrder = true }, Channels, false);
        foreach (var (to, from) in other.parameters().Zip(old.parameters())) to.copy_(nn.init.normal_(from, 0, 0.3));
        // Heads × (q, k, v) × size becomes (q, k, v) × heads × size.
        foreach (var name in new[] { "qkv.weight", "qkv.bias" })
        {
            var rows = old.state_dict()[name];
            other.state_dict()[name].copy_(rows.reshape(Heads, 3, Size, -1).transpose(0, 1).reshape(rows.shape));
        }
        var x = Noise(2, 4, Channels);
        Assert.True(old.forward(x).allclose(other.forward(x), 1e-4, 1e-5));
        Assert.False(old.forward(x).allclose(x, 1e-2, 1e-3));
    }

    [Fact]
    public void Class_labels_are_required_exactly_by_models_with_classes()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using GuidedDiffusionUNet plain = Network(), labelled = Network(Tiny with { ClassCond = true, NumClasses = 4 });
        var (x, t) = (Noise(2, 16), tensor(new long[] { 5 }));
        Assert.Contains("no class labels", Assert.Throws<ArgumentException>(() => plain.forward(x, t, tensor(new long[] { 1, 2 }))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => labelled.forward(x, t, null));
        var output = labelled.forward(x[..1].expand(2, -1, -1, -1), t, tensor(new long[] { 1, 2 }));
        Assert.False(output[0].allclose(output[1]));
    }

    [Fact]
    public void Wrong_configs_name_the_field()
    {
        Assert.Contains("norm_num_groups", Assert.Throws<NotSupportedException>(() => new GuidedDiffusionUNet(Tiny with { NormNumGroups = 3 })).Message, StringComparison.Ordinal);
        Assert.Contains("num_head_channels", Assert.Throws<NotSupportedException>(() => new GuidedDiffusionUNet(Tiny with { NumHeadChannels = 5 })).Message, StringComparison.Ordinal);
        Assert.Contains("channel_mult", Assert.Throws<NotSupportedException>(() => new GuidedDiffusionUNet(Tiny with { ImageSize = 24, ChannelMult = null })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_published_checkpoint_that_does_not_fit_says_so()
    {
        using var folder = new TemporaryFolder();
        using var network = Network();
        StateDict.Save(network, folder.File("weights.safetensors"));
        using var same = GuidedDiffusionUNet.FromCheckpoint(folder.File("weights.safetensors"), Tiny);
        Assert.Equal(Fingerprint.Of(network), Fingerprint.Of(same));
        Assert.Throws<WeightsException>(() => GuidedDiffusionUNet.FromCheckpoint(folder.File("weights.safetensors"), Tiny with { LearnSigma = false }));
    }

    [Fact]
    public void A_folder_with_the_published_checkpoint_and_a_config_opens_as_it_is()
    {
        using var folder = new TemporaryFolder();
        using var network = Network();
        network.SavePretrained(folder.Path);
        File.Delete(folder.File("diffusion_pytorch_model.safetensors"));
        Weights.PickleWriter.Modules(folder.File("256x256_diffusion_uncond.pt"), ("", network));
        using var opened = GuidedDiffusionUNet.FromPretrained(folder.Path);
        Assert.Equal(Fingerprint.Of(network), Fingerprint.Of(opened));
        folder.WriteText("""{"norm_num_groups": 7}""", "config.json");
        Assert.Contains("config.json", Assert.Throws<WeightsException>(() => GuidedDiffusionUNet.FromPretrained(folder.Path)).Message, StringComparison.Ordinal);
        File.Copy(folder.File("256x256_diffusion_uncond.pt"), folder.File("another.pt"));
        Assert.Contains("several checkpoints", Assert.Throws<WeightsException>(() => GuidedDiffusionUNet.FromPretrained(folder.Path)).Message, StringComparison.Ordinal);
    }

    internal static Tensor Noise(long count, long side, long channels = 3)
    {
        using var stream = new Seed(11).Open();
        return stream.Normal(count, channels, side, side);
    }
}
