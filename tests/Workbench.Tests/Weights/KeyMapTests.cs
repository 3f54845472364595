using Workbench.Weights;
using Xunit;

namespace Workbench.Tests.Weights;

public sealed class KeyMapTests
{
    [Theory]
    [InlineData("encoder.mid_block.attentions.0.query.weight", "encoder.mid_block.attentions.0.to_q.weight")]
    [InlineData("encoder.mid_block.attentions.0.key.bias", "encoder.mid_block.attentions.0.to_k.bias")]
    [InlineData("decoder.mid_block.attentions.0.value.weight", "decoder.mid_block.attentions.0.to_v.weight")]
    [InlineData("decoder.mid_block.attentions.0.proj_attn.weight", "decoder.mid_block.attentions.0.to_out.0.weight")]
    [InlineData("decoder.mid_block.attentions.0.to_out.0.weight", "decoder.mid_block.attentions.0.to_out.0.weight")]
    [InlineData("decoder.mid_block.attentions.0.group_norm.weight", "decoder.mid_block.attentions.0.group_norm.weight")]
    [InlineData("quant_conv.weight", "quant_conv.weight")]
    [InlineData("text.query.weight", "text.query.weight")]
    public void Legacy_attention_names_become_modern_ones(string old, string modern) => Assert.Equal(modern, KeyMap.LegacyVaeAttention.Map(old));

    [Fact]
    public void Maps_drop_select_prefix_and_chain()
    {
        Assert.Null(KeyMap.DropPositionIds.Map("text_model.embeddings.position_ids"));
        Assert.Equal("text_model.embeddings.position_embedding.weight", KeyMap.DropPositionIds.Map("text_model.embeddings.position_embedding.weight"));
        Assert.Equal("x", KeyMap.Under("unet.").Map("unet.x"));
        Assert.Null(KeyMap.Under("unet.").Map("vae.x"));
        Assert.Equal("vae.x", KeyMap.WithoutPrefix("unet.").Map("vae.x"));
        Assert.Equal("m.x", KeyMap.WithoutPrefix("unet.").Then(KeyMap.WithPrefix("m.")).Map("unet.x"));
        Assert.Null(KeyMap.Under("unet.").Then(KeyMap.WithPrefix("m.")).Map("vae.x"));
    }

    [Theory]
    [InlineData("a.b", "a.b", true)]
    [InlineData("a.b", "a.bc", false)]
    [InlineData("a.*", "a.", true)]
    [InlineData("a.*", "ab.c", false)]
    [InlineData("*.ids", "x.y.ids", true)]
    [InlineData("*.ids", "ids", false)]
    [InlineData("a*b*c", "a-b-b-c", true)]
    [InlineData("a*b*c", "a-c-b", false)]
    [InlineData("ab*ba", "aba", false)]
    [InlineData("*", "", true)]
    public void Patterns_match_whole_keys(string pattern, string key, bool matches) => Assert.Equal(matches, KeyPattern.AnyMatch([pattern], key));
}
