using Workbench.Models.Clip;
using Xunit;

namespace Workbench.Tests.Models.Clip;

public class UnicodeCompositionTests
{
    [Theory]
    [InlineData("plain text, é already composed", "plain text, é already composed")]
    [InlineData("cafe\u0301", "café")]
    [InlineData("a\u0323\u0307", "\u1EA1\u0307")]
    [InlineData("a\u0307\u0323", "\u1EA1\u0307")]
    [InlineData("A\u030A\u0301", "\u01FA")]
    [InlineData("\u212B", "\u00C5")]
    [InlineData("\u0915\u093C", "\u0915\u093C")]
    [InlineData("\u0958", "\u0915\u093C")]
    [InlineData("\u1112\u1161\u11AB\u1100\u116E\u11A8", "한국")]
    [InlineData("\uF900", "\u8C48")]
    [InlineData("\u0301e", "\u0301e")]
    public void Text_is_composed_as_the_Unicode_standard_says(string text, string composed)
    {
        Assert.Equal(composed, UnicodeComposition.Compose(text));
        Assert.Equal(composed, UnicodeComposition.Compose(composed));
    }
}
