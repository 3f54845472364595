using System.Globalization;
using System.Text;

namespace Workbench.Models.Clip;

/// <summary>Unicode normalisation form C (Unicode Standard Annex 15), from a table of our own.</summary>
/// <remarks><see cref="string.Normalize()"/> does nothing in a process without ICU, which is how the programs here run.</remarks>
internal static class UnicodeComposition
{
    private const int FirstSyllable = 0xAC00, FirstLead = 0x1100, FirstVowel = 0x1161, FirstTail = 0x11A7;
    private const int Leads = 19, Vowels = 21, Tails = 28;
    private static readonly Lazy<Table> Data = new(Table.Read);

    /// <summary>The composed form of <paramref name="text"/>.</summary>
    public static string Compose(string text)
    {
        // Below U+0300 every character is composed and nothing combines.
        if (text.AsSpan().IndexOfAnyInRange('\u0300', '\uFFFF') < 0) return text;
        var points = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes()) Decompose(rune.Value, points);
        Reorder(points);
        var composed = new StringBuilder(text.Length);
        foreach (var point in Recompose(points)) composed.Append(new Rune(point));
        return composed.ToString();
    }

    private static void Decompose(int point, List<int> target)
    {
        var syllable = point - FirstSyllable;
        if (syllable is >= 0 and < Leads * Vowels * Tails)
        {
            target.Add(FirstLead + syllable / (Vowels * Tails));
            target.Add(FirstVowel + syllable / Tails % Vowels);
            if (syllable % Tails > 0) target.Add(FirstTail + syllable % Tails);
        }
        else if (Data.Value.Parts.TryGetValue(point, out var parts))
        {
            foreach (var part in parts) Decompose(part, target);
        }
        else target.Add(point);
    }

    /// <summary>Sorts each run of combining marks by class, keeping the order within a class.</summary>
    private static void Reorder(List<int> points)
    {
        for (var i = 1; i < points.Count; i++)
        {
            var rank = Class(points[i]);
            for (var j = i; rank > 0 && j > 0 && Class(points[j - 1]) > rank; j--) (points[j - 1], points[j]) = (points[j], points[j - 1]);
        }
    }

    private static List<int> Recompose(List<int> points)
    {
        var result = new List<int>(points.Count);
        var starter = -1;
        foreach (var point in points)
        {
            var rank = Class(point);
            // A mark is blocked from its starter by another mark of the same class, and anything by a starter that stayed.
            var blocked = starter < 0 || (starter < result.Count - 1 && (rank == 0 || Class(result[^1]) >= rank));
            if (!blocked && Pair(result[starter], point) is { } composed)
            {
                result[starter] = composed;
                continue;
            }
            if (rank == 0) starter = result.Count;
            result.Add(point);
        }
        return result;
    }

    private static int? Pair(int first, int second)
    {
        int lead = first - FirstLead, vowel = second - FirstVowel, syllable = first - FirstSyllable, tail = second - FirstTail;
        if (lead is >= 0 and < Leads && vowel is >= 0 and < Vowels) return FirstSyllable + (lead * Vowels + vowel) * Tails;
        if (syllable is >= 0 and < Leads * Vowels * Tails && syllable % Tails == 0 && tail is > 0 and < Tails) return first + tail;
        return Data.Value.Pairs.TryGetValue((first, second), out var composed) ? composed : null;
    }

    private static int Class(int point) => Data.Value.Classes.GetValueOrDefault(point);

    private sealed record Table(Dictionary<int, int[]> Parts, Dictionary<(int, int), int> Pairs, Dictionary<int, byte> Classes)
    {
        public static Table Read()
        {
            var table = new Table([], [], []);
            using var stream = typeof(UnicodeComposition).Assembly.GetManifestResourceStream("Workbench.Models.Clip.UnicodeComposition.txt")!;
            using var reader = new StreamReader(stream);
            while (reader.ReadLine() is { } line)
            {
                if (line[0] == '@') table.AddClass(line[1..].Split(' '));
                else if (line[0] != '#') table.AddParts(line);
            }
            return table;
        }

        private void AddParts(string line)
        {
            var sign = line.IndexOfAny(['=', '>']);
            var point = Hex(line[..sign]);
            var parts = Parts[point] = [.. line[(sign + 1)..].Split(' ').Select(Hex)];
            if (line[sign] == '=') Pairs[(parts[0], parts[1])] = point;
        }

        private void AddClass(string[] fields)
        {
            var rank = byte.Parse(fields[0], CultureInfo.InvariantCulture);
            foreach (var range in fields.Skip(1).Select(field => field.Split('-')))
                for (var point = Hex(range[0]); point <= Hex(range[^1]); point++) Classes[point] = rank;
        }

        private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
