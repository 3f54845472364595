using System.Globalization;
using System.Text;

namespace Workbench.Models.Clip;

/// <summary>
/// Text cleaning before byte-pair encoding: the policy of transformers' CLIP tokenizer on a machine without <c>ftfy</c>, which is
/// BERT's basic cleaning (Devlin et al. 2018) with accents kept.
/// </summary>
/// <remarks>
/// Control, format and unassigned characters are dropped, spaces are put around CJK ideographs, the text is composed (NFC), white space
/// collapses and letters become lower case. HTML entities, curly quotes, ligatures and mojibake stay as they are; OpenAI's own
/// tokenizer and transformers with <c>ftfy</c> repair those, so ids differ there and only there.
/// </remarks>
internal static class ClipTextCleaner
{
    public static string Clean(string text)
    {
        var kept = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is '\t' or '\n' or '\r' || Rune.GetUnicodeCategory(rune) == UnicodeCategory.SpaceSeparator) kept.Append(' ');
            else if (IsDropped(rune)) continue;
            else if (IsIdeograph(rune.Value)) kept.Append(' ').Append(rune).Append(' ');
            else kept.Append(rune);
        }
        return Lower(UnicodeComposition.Compose(kept.ToString()));
    }

    private static bool IsDropped(Rune rune) => rune.Value is 0 or 0xFFFD || Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;

    private static bool IsIdeograph(int c) => c is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF)
        or (>= 0x2A700 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);

    /// <summary>Lower case with the two rules of Unicode's full mapping that a simple one misses: dotted I and final sigma.</summary>
    private static string Lower(string text)
    {
        var lower = text.Replace("İ", "i\u0307", StringComparison.Ordinal).ToLowerInvariant();
        if (!text.Contains('Σ', StringComparison.Ordinal)) return lower;
        var letters = text.Replace("İ", "i\u0307", StringComparison.Ordinal).ToCharArray();
        for (var i = 0; i < letters.Length; i++)
        {
            if (letters[i] != 'Σ') letters[i] = lower[i];
            else letters[i] = i > 0 && char.IsLetter(letters[i - 1]) && !(i + 1 < letters.Length && char.IsLetter(letters[i + 1])) ? 'ς' : 'σ';
        }
        return new string(letters);
    }
}
