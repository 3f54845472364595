using System.Text;
using Microsoft.ML.Tokenizers;

namespace Workbench.Models.Clip;

/// <summary>
/// Cuts cleaned text into the pieces that byte-pair encoding works on: an English contraction ending, a run of letters, one digit, or a
/// run of anything else but white space.
/// </summary>
/// <remarks>Works on code points, where a .NET regular expression would see the two halves of an astral letter as no letter.</remarks>
internal sealed class ClipPreTokenizer : PreTokenizer
{
    private static readonly string[] Contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    public override IEnumerable<(int Offset, int Length)> PreTokenize(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var first = RuneAt(text, start);
            if (Rune.IsWhiteSpace(first))
            {
                start += first.Utf16SequenceLength;
                continue;
            }
            var length = ContractionAt(text, start);
            if (length == 0) length = Rune.IsNumber(first) ? first.Utf16SequenceLength : RunFrom(text, start, Rune.IsLetter(first));
            yield return (start, length);
            start += length;
        }
    }

    public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text) => PreTokenize(text.ToString());

    private static int ContractionAt(string text, int start) => text[start] != '\'' ? 0
        : Contractions.Where(c => string.CompareOrdinal(text, start, c, 0, c.Length) == 0).Select(c => c.Length).FirstOrDefault();

    private static int RunFrom(string text, int start, bool letters)
    {
        var end = start;
        while (end < text.Length)
        {
            var rune = RuneAt(text, end);
            if (letters ? !Rune.IsLetter(rune) : Rune.IsLetter(rune) || Rune.IsNumber(rune) || Rune.IsWhiteSpace(rune)) break;
            end += rune.Utf16SequenceLength;
        }
        return end - start;
    }

    private static Rune RuneAt(string text, int index) => Rune.TryGetRuneAt(text, index, out var rune) ? rune : Rune.ReplacementChar;
}
