using Workbench.Models.Clip;
using Xunit;

namespace Workbench.Tests.Models.Clip;

public class ClipTextCleanerTests
{
    [Theory]
    [InlineData("ΌΔΟΣ ΣΑΣ", "όδος σας")]
    [InlineData("İstanbul", "i\u0307stanbul")]
    [InlineData("ÀÉ ẞ", "àé ß")]
    [InlineData("a\u0000b\u200Bc\u0007d\uFFFDe", "abcde")]
    [InlineData("a\u00A0b\u2003c\td", "a b c d")]
    [InlineData("猫cat", " 猫 cat")]
    [InlineData("&amp; “x” ﬁ", "&amp; “x” ﬁ")]
    public void Text_is_cleaned_by_the_stated_policy(string text, string cleaned) => Assert.Equal(cleaned, ClipTextCleaner.Clean(text));

    [Fact]
    public void Letters_beyond_the_basic_plane_are_letters()
    {
        // U+1D400 mathematical bold A, twice, then a digit and an emoji: one run of letters, a digit, a run of the rest.
        var pieces = new ClipPreTokenizer().PreTokenize("\U0001D400\U0001D4007\U0001F600!");
        Assert.Equal([(0, 4), (4, 1), (5, 3)], pieces);
    }
}
