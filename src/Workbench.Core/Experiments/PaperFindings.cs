using System.Globalization;
using Workbench.Analysis;
using Workbench.Analysis.Shortcuts;
using Workbench.Experiments.Claims;

namespace Workbench.Experiments;

/// <summary>The paper's tables and figures in one table: what each says, and what the stored runs say.</summary>
/// <seealso href="notebooks/05-paper-tables.ipynb">Explained in notebook 05.</seealso>
public static class PaperFindings
{
    private const string Aspl = "aspl", RandomNoise = "random-sign", PaperChain = "code-sr", LatentDiffusion = "ldiffp";
    private const double PaperBudget = 11;

    // Half-way between two people (0.00) and two sets of clean photos of one person (0.81), in the mini world.
    private const double RecognisedFrom = 0.4;

    /// <summary>All findings; where a study is not stored, they say so.</summary>
    /// <param name="results">A folder like <c>data/results</c>, a folder a study.</param>
    public static IReadOnlyList<PaperFinding> Of(string results)
    {
        string Folder(string study) => Path.Combine(results, study);
        var shortcut = ShortcutReport.Read(Folder("shortcut"));
        var misalignment = File.Exists(Path.Combine(Folder("misalignment"), MisalignmentReport.FileName)) ? MisalignmentReport.Read(Folder("misalignment")) : null;
        var purifiers = File.Exists(Path.Combine(Folder("purifiers"), StudyTable.FileName)) ? StudyTable.Read(Folder("purifiers")) : null;
        IEnumerable<PaperFinding> all = [.. Generations(Directory.Exists(Folder("mini-world")) ? ScenarioGrid.Read(Folder("mini-world")) : []), .. Purifiers(purifiers), .. Figure2(shortcut), .. Figure3(misalignment)];
        // Tables before figures, each by number.
        return [.. all.OrderByDescending(f => f.Where[0]).ThenBy(f => f.Where.Split(',')[0], StringComparer.Ordinal)];
    }

    private static IEnumerable<PaperFinding> Figure2(ShortcutReport report)
    {
        const string Asked = "a photo of sks";
        Dictionary<int, double> Of(string training, string score) => report.Rows
            .Where(r => r.Experiment == ShortcutExperiment.Extraction && r.Training == training && r.Condition == Asked && r.Score == score && r.Values.Count > 0)
            .GroupBy(r => r.Subject).ToDictionary(g => g.Key, g => g.SelectMany(r => r.Values).Average());
        yield return PaperFinding.OfChange("Figure 2", $"after protected photos \"{Asked}\" draws the pattern", "noise log-odds (of any noise, not this pattern alone), clean → protected photos",
            Of(ShortcutStudy.Clean, "noise_log_odds"), Of(ShortcutStudy.Protected, "noise_log_odds"));
        yield return PaperFinding.OfChange("Figure 2", "with decoupling it does not", "noise log-odds, plain → decoupled",
            Of(ShortcutStudy.Protected, "noise_log_odds"), Of(ShortcutStudy.Decoupled, "noise_log_odds"), rises: false);
        yield return PaperFinding.OfLevel("Figure 2", "but shows the person", "identity, decoupled", Of(ShortcutStudy.Decoupled, "identity"), RecognisedFrom);
    }

    private static IEnumerable<PaperFinding> Figure3(MisalignmentReport? report)
    {
        Dictionary<int, double> Of(string condition, Func<MisalignmentReading, IReadOnlyList<double>> score) => report is null || !report.Conditions.Contains(condition) ? []
            : report.Of(condition).GroupBy(e => e.Subject).ToDictionary(g => g.Key, g => g.SelectMany(e => score(e.Reading)).Average());
        static IReadOnlyList<double> Photo(MisalignmentReading reading) => reading.Photo.NoiseProbability;
        static IReadOnlyList<double> HandedOn(MisalignmentReading reading) => reading.Reconstruction.NoiseProbability;
        var purified = MisalignmentStudy.PurifiedName(Aspl, PaperChain);
        yield return PaperFinding.OfChange("Figure 3", "CLIP takes protected photos for noise (30 % → 70 %)", "P(noise), clean → protected", Of(ProtectionStudy.Clean, Photo), Of(Aspl, Photo));
        yield return PaperFinding.OfNoChange("Figure 3", "random noise of that size moves nothing", "P(noise), clean → random noise", Of(ProtectionStudy.Clean, Photo), Of(RandomNoise, Photo));
        yield return PaperFinding.OfChange("Figure 3", "or less than the protection", "P(noise) after the autoencoder, random noise → protected", Of(RandomNoise, HandedOn), Of(Aspl, HandedOn));
        yield return PaperFinding.OfChange("Figure 3", "purification realigns", "P(noise) after the autoencoder, protected → purified", Of(Aspl, HandedOn), Of(purified, HandedOn), rises: false);
    }

    private static IEnumerable<PaperFinding> Generations(IReadOnlyList<ScenarioResult> results)
    {
        var runs = results.Where(r => !r.Scenario.IsPerturbed || r.Scenario.BudgetLevels == PaperBudget).Select(RunScores.Of).ToArray();
        PaperFinding Change(string where, string paper, string words, string score, string before, string after, bool rises = true)
        {
            Dictionary<int, double> Of(string condition) => runs.Where(r => r.Scenario.Condition == condition)
                .GroupBy(r => r.Scenario.Subject).ToDictionary(g => g.Key, g => g.SelectMany(r => r.Of(score)).Average());
            return PaperFinding.OfChange(where, paper, words, Of(before), Of(after), rises);
        }

        const string Quality = "quality", Identity = "identity";
        yield return Change("Table 1, Figure 5", "the protection ruins quality (0.15 → -0.52)", "CLIP-IQAC, clean → protected", Quality, MiniWorldStudy.Clean, MiniWorldStudy.Protected, rises: false);
        yield return Change("Table 1, Figure 5", "and likeness (-0.13 → -0.67)", "identity, clean → protected", Identity, MiniWorldStudy.Clean, MiniWorldStudy.Protected, rises: false);
        yield return Change("Table 1, Figure 5", "the whole defense brings quality back (-0.52 → 0.62)", "CLIP-IQAC, protected → defended", Quality, MiniWorldStudy.Protected, MiniWorldStudy.Both);
        yield return Change("Table 1, Figure 5", "and likeness (-0.67 → 0.09)", "identity, protected → defended", Identity, MiniWorldStudy.Protected, MiniWorldStudy.Both);
        yield return Change("Table 1", "it improves models of clean photos too (Q 0.15 → 0.54)", "CLIP-IQAC, clean → clean defended", Quality, MiniWorldStudy.Clean, MiniWorldStudy.CleanBoth);
        yield return Change("Table 3", "an adaptive attack weakens the defense (Avg 0.385 → 0.023)", "Avg, defended → attacked through the purifier (ASPL at 11/255)", RunScores.Average, MiniWorldStudy.Both, Claim.AdaptiveBoth, rises: false);
        yield return Change("Table 3", "which stays better than none", "Avg under that attack, undefended → defended", RunScores.Average, Claim.Adaptive, Claim.AdaptiveBoth);
        yield return Change("Table 4", "purification alone helps (Avg -0.348 → -0.094)", "Avg, nothing → purified", RunScores.Average, MiniWorldStudy.Protected, MiniWorldStudy.Purified);
        yield return Change("Table 4", "decoupling alone helps (-0.348 → 0.099)", "Avg, nothing → decoupled", RunScores.Average, MiniWorldStudy.Protected, MiniWorldStudy.Decoupled);
        yield return Change("Table 4", "decoupling adds to purification (-0.094 → 0.385)", "Avg, purified → both", RunScores.Average, MiniWorldStudy.Purified, MiniWorldStudy.Both);
    }

    private static IEnumerable<PaperFinding> Purifiers(StudyTable? table)
    {
        var group = PurifierTable.Group(Aspl);
        PaperFinding None(string where, string paper) => new(where, paper, "", "not measured");
        var (nearest, quick, invents) = ("CodeSR stays nearest to the clean photo (LPIPS 0.271; DDSPure 0.384)", "and takes less time than diffusion purifiers (51 s; 63 s and more)", "diffusion purifiers invent another person, CodeSR does not");
        if (table is null || !table.Rows.Any(r => r.Group == group && r.Name == PaperChain))
        {
            yield return None("Table 2", nearest);
            yield return None("Table 2", quick);
            yield return None("Figure 4", invents);
            yield break;
        }

        string[] others = [.. table.Rows.Where(r => r.Group == group && r.Name is not ("none" or PaperChain)).Select(r => r.Name).Distinct(StringComparer.Ordinal)];
        double Mean(string chain, string column) => table.Mean(chain, column, group)?.Mean ?? double.NaN;
        Dictionary<int, double> People(string chain, string column) => table.Of(chain, group).GroupBy(r => r.Subject).ToDictionary(g => g.Key, g => g.SelectMany(r => r[column]).Average());
        // Means are compared here, not people: no test.
        static string InMeans(bool holds) => holds ? "in the means" : "not in the means";
        var nearer = others.Where(c => Mean(c, PurifierTable.Perceptual) < Mean(PaperChain, PurifierTable.Perceptual)).OrderBy(c => Mean(c, PurifierTable.Perceptual)).ToArray();
        yield return double.IsNaN(Mean(PaperChain, PurifierTable.Perceptual)) ? None("Table 2", nearest) : new PaperFinding("Table 2", nearest, string.Create(CultureInfo.InvariantCulture, $"feature distance {Mean(PaperChain, PurifierTable.Perceptual):0.000}; nearer are ")
            + (nearer.Length == 0 ? "none" : string.Join(", ", nearer.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c} {Mean(c, PurifierTable.Perceptual):0.000}")))), InMeans(nearer.Length == 0));
        var diffusion = others.Where(c => c is "pdiffp" or "eldiffp" or LatentDiffusion or "ddspure" or "gridpure" or "pdmpure").Where(c => double.IsFinite(Mean(c, PurifierTable.ProcessorSeconds))).OrderBy(c => Mean(c, PurifierTable.ProcessorSeconds)).ToArray();
        yield return diffusion.Length == 0 || double.IsNaN(Mean(PaperChain, PurifierTable.ProcessorSeconds)) ? None("Table 2", quick) : new PaperFinding("Table 2", quick,
            string.Create(CultureInfo.InvariantCulture, $"processor seconds a photo {Mean(PaperChain, PurifierTable.ProcessorSeconds):0.00}; {diffusion[0]} {Mean(diffusion[0], PurifierTable.ProcessorSeconds):0.00}"),
            InMeans(Mean(PaperChain, PurifierTable.ProcessorSeconds) < Mean(diffusion[0], PurifierTable.ProcessorSeconds)));
        yield return others.Contains(LatentDiffusion) ? PaperFinding.OfChange("Figure 4", invents, $"identity after purification, {LatentDiffusion} → {PaperChain}",
            People(LatentDiffusion, PurifierTable.Identity), People(PaperChain, PurifierTable.Identity)) : None("Figure 4", invents);
    }
}
