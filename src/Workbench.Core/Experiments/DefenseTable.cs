using System.Globalization;
using Workbench.Experiments.Claims;
using Workbench.Experiments.Statistics;
using Workbench.Metrics;

namespace Workbench.Experiments;

/// <summary>The table of <see cref="DefenseGrid"/>: purifiers in lines, protections in columns, a part for each mode, with marks of paired tests.</summary>
/// <remarks>
/// Marks compare with the line <c>none</c> of the same column and mode: Wilcoxon's signed-rank test, two-sided, over pairs of runs of one person,
/// seed and protection by their mean over pictures. ▲ higher, ▼ lower with p &lt; 0.05; twice the sign: also after Holm's correction over the lines of that
/// column. △ and ▽: only over pairs of pictures, p ≤ 0.01, as the paper marks its tables. † higher and ‡ lower compare with the plain mode of the same line.
/// </remarks>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public static class DefenseTable
{
    internal const string Pooled = "all";
    private const double Level = 0.05, PictureLevel = 0.01;
    private static readonly string[] OwnScores = ["identity", "quality", "noise_log_odds"], PublishedScores = [MetricSources.Ims, MetricSources.Quality];

    private static readonly Signs AgainstNone = new('▲', '▼', "△", "▽"), AgainstPlain = new('†', '‡', "", "");

    /// <summary>Name of a column: protection and score.</summary>
    public static string Column(string protection, string score) => $"{protection}: {score}";

    /// <summary>The table of finished runs.</summary>
    /// <param name="results">Runs of a grid; others among them are left aside.</param>
    /// <param name="leftOut">Chains that could not be run, and why.</param>
    /// <param name="model">Fingerprint of the attacked model.</param>
    /// <exception cref="ArgumentException">There is no finished run.</exception>
    public static StudyTable Of(IReadOnlyList<ScenarioResult> results, IReadOnlyList<string>? leftOut = null, string model = "")
    {
        if (results.Count == 0) throw new ArgumentException("There is no finished run to report on.", nameof(results));
        var measured = StudyScore.In(results);
        string[] published = [.. PublishedScores.Where(name => measured.Any(s => s.Name == name))], scores = [.. OwnScores, .. published];
        var runs = results.SelectMany(r => DefenseMode.All.Where(m => m.Decoupling == r.Scenario.Decoupling).Select(m => new Run(m.Name, r))).ToArray();
        var protections = runs.Select(r => r.Protection).Distinct(StringComparer.Ordinal).ToArray();
        // Of one protection the mean over all would be the same column again.
        string[] of = protections.Count(p => p != ProtectionStudy.Clean) > 1 ? [.. protections, Pooled] : protections;
        var columns = of.SelectMany(p => scores.Select(s => new StudyColumn(Column(p, s), p == Pooled ? "all protections" : p) { Part = measured.Single(m => m.Name == s).Title })).ToArray();
        // Means over protections compare where all of them were measured only.
        var perturbed = protections.Count(p => p != ProtectionStudy.Clean);
        var whole = runs.Where(r => r.Result.Scenario.IsPerturbed).GroupBy(r => (r.Mode, r.Chain, r.Result.Scenario.Subject))
            .Where(g => g.DistinctBy(r => r.Protection).Count() == perturbed).Select(g => g.Key).ToHashSet();
        StudyRow[] rows = [.. from mode in DefenseMode.All
                              from run in runs
                              where run.Mode == mode.Name
                              group run by (run.Mode, run.Chain, run.Result.Scenario.Subject) into cell
                              select Row(cell.Key.Mode, cell.Key.Chain, cell.Key.Subject, [.. cell], whole.Contains(cell.Key), scores)];
        var levels = results.Select(r => r.Scenario.BudgetLevels).Max();
        return new StudyTable("Purifiers against protections, with and without decoupling and negative prompt", columns, rows)
        {
            LineTitle = "purifier",
            Model = model,
            LeftOut = leftOut ?? [],
            Words = string.Create(CultureInfo.InvariantCulture, $"{results.Count} runs at {levels:0.###}/255. ") + Reading + (published.Length < PublishedScores.Length ? OtherNetworks : "."),
            Remarks = [.. Marks(runs, of, whole, scores), .. PaperCells.Grid(protections, published)],
        };
    }

    private const string Reading = "Scores of what DreamBooth draws: identity and CLIP-IQAC, more is better; noise log-odds, less is better. ▲ and ▼: higher and lower than "
        + "without a purifier in the same column and part. † and ‡: higher and lower than the part 'plain' in the same line. Both by Wilcoxon's signed-rank test, two-sided, "
        + "over people, whose seeds and, where several protections are taken together, protections are averaged first: one sign p < 0.05, two signs also after Holm's correction over the lines of the column. "
        + "△ and ▽: only over pairs of pictures, p ≤ 0.01, which takes the pictures of one person for independent. "
        + "With n people the smallest possible p is 2/2^n. In parentheses the paper's IMS and Q";

    private const string OtherNetworks = ", of other networks on real photos: compare directions, not sizes.";

    private static StudyRow Row(string mode, string chain, int subject, IReadOnlyList<Run> cell, bool isWhole, IReadOnlyList<string> scores)
    {
        var values = new Dictionary<string, IReadOnlyList<double>>(StringComparer.Ordinal);
        foreach (var score in scores)
        {
            foreach (var protection in cell.GroupBy(r => r.Protection)) values[Column(protection.Key, score)] = [.. protection.SelectMany(r => r.Pictures(score))];
            if (isWhole) values[Column(Pooled, score)] = [.. cell.Where(r => r.Result.Scenario.IsPerturbed).SelectMany(r => r.Pictures(score))];
        }
        return new StudyRow { Group = mode, Name = chain, Subject = subject, Values = values };
    }

    private static IEnumerable<StudyRemark> Marks(IReadOnlyList<Run> runs, IReadOnlyList<string> protections, HashSet<(string Mode, string Chain, int Subject)> whole, IReadOnlyList<string> scores)
    {
        foreach (var score in scores)
            foreach (var protection in protections)
            {
                var column = runs.Where(r => protection == Pooled ? r.Result.Scenario.IsPerturbed && whole.Contains((r.Mode, r.Chain, r.Result.Scenario.Subject)) : r.Protection == protection).ToArray();
                foreach (var mode in DefenseMode.All)
                {
                    var part = column.Where(r => r.Mode == mode.Name).ToArray();
                    var lines = part.GroupBy(r => r.Chain).ToArray();
                    foreach (var mark in Tests(lines.Where(l => l.Key != "none").Select(l => (l.Key, Pairs(l, [.. part.Where(r => r.Chain == "none")], score))), AgainstNone, "none"))
                        yield return mark with { Group = mode.Name, Column = Column(protection, score) };
                    if (mode == DefenseMode.Plain) continue;
                    var plain = column.Where(r => r.Mode == DefenseMode.Plain.Name).ToArray();
                    foreach (var mark in Tests(lines.Select(l => (l.Key, Pairs(l, [.. plain.Where(r => r.Chain == l.Key)], score))), AgainstPlain, DefenseMode.Plain.Name))
                        yield return mark with { Group = mode.Name, Column = Column(protection, score) };
                }
            }
    }

    /// <summary>Differences of runs that have a partner: one a person, whose seeds and protections are averaged, and one a picture.</summary>
    private static Differences Pairs(IEnumerable<Run> runs, IReadOnlyList<Run> partners, string score)
    {
        var pairs = (from run in runs
                     from partner in partners
                     where partner.Protection == run.Protection && partner.Result.Scenario.Subject == run.Result.Scenario.Subject && partner.Result.Scenario.Seed == run.Result.Scenario.Seed
                     select (run.Result.Scenario.Subject, Pictures: run.Pictures(score).Zip(partner.Pictures(score), (a, b) => a - b).ToArray())).ToArray();
        return new Differences([.. pairs.GroupBy(p => p.Subject).Select(person => person.Average(p => p.Pictures.Average()))], [.. pairs.SelectMany(p => p.Pictures)]);
    }

    private static IEnumerable<StudyRemark> Tests(IEnumerable<(string Chain, Differences Found)> lines, Signs signs, string against)
    {
        var measured = lines.Where(l => l.Found.People.Length > 0).Select(l => (l.Chain, l.Found, Test: WilcoxonSignedRank.Test(l.Found.People))).ToArray();
        var adjusted = ClaimTests.Holm([.. measured.Select(l => l.Test.PValue)]);
        return measured.Select((line, i) =>
        {
            var (mean, pictures) = (line.Found.People.Average(), WilcoxonSignedRank.Test(line.Found.Pictures));
            var sign = new string(line.Test.RankSumPlus > line.Test.RankSumMinus ? signs.Higher : signs.Lower, line.Test.PValue >= Level ? 0 : adjusted[i] < Level ? 2 : 1);
            return new StudyRemark("", line.Chain, "", sign.Length > 0 ? sign : pictures.PValue <= PictureLevel ? (pictures.RankSumPlus > pictures.RankSumMinus ? signs.HigherInPictures : signs.LowerInPictures) : "")
            {
                Against = against, Difference = mean, PValue = line.Test.PValue, AdjustedPValue = adjusted[i], PicturePValue = pictures.PValue, Pairs = line.Found.People.Length,
            };
        });
    }

    private sealed record Signs(char Higher, char Lower, string HigherInPictures, string LowerInPictures);

    private sealed record Differences(double[] People, double[] Pictures);

    private sealed record Run(string Mode, ScenarioResult Result)
    {
        private readonly Dictionary<string, Func<ImageScores, double>> scores = StudyScore.In([Result]).ToDictionary(s => s.Name, s => s.Of);

        public string Protection => Result.Scenario.IsPerturbed ? Result.Scenario.Perturbation : ProtectionStudy.Clean;

        public string Chain => Result.Scenario.Purifier;

        public IEnumerable<double> Pictures(string score) => Result.Images.Select(scores[score]);
    }
}
