using Workbench.Experiments;
using Xunit;

namespace Workbench.Tests.Experiments;

public sealed class ShortcutAnswersTests
{
    private static readonly ShortcutOptions Options = ShortcutOptions.Smoke;

    [Fact]
    public void An_interval_around_zero_shows_nothing_and_one_beside_it_gives_the_difference()
    {
        var report = new ShortcutReport([
            Alone(ShortcutStudy.Clean, 0, -3, -2, -3), Alone(ShortcutStudy.Protected, 0, 4, 5, 4), Alone(ShortcutStudy.Decoupled, 0, 5, 3, 6)]);
        var found = ShortcutAnswers.Of(report, Options).About(ShortcutTopic.Extraction).All;
        Assert.Equal(["\"a photo of sks\": protected − clean", "\"a photo of sks\": protected + CDL − protected"], found.Select(a => a.Question.Words));
        Assert.Equal([true, false], found.Select(a => a.IsShown));
        Assert.Equal("\"a photo of sks\": protected − clean (noise log odds): +7.00 [+7.00, +7.00]", found[0].ToString());
        Assert.EndsWith("nothing shown in this run", found[1].ToString(), StringComparison.Ordinal);
        Assert.Empty(ShortcutAnswers.Of(report, Options).About(ShortcutTopic.Dose).All);
    }

    [Fact]
    public void Small_differences_keep_their_digits()
    {
        var report = new ShortcutReport([Alone(ShortcutStudy.Clean, 0, 0, 0), Alone(ShortcutStudy.Protected, 0, -0.0021, 0.0171)]);
        Assert.Equal("+0.0075 [-0.0021, +0.0171], nothing shown", Assert.Single(ShortcutAnswers.Of(report, Options).All).Number);
    }

    [Fact]
    public void The_questions_of_a_topic_are_asked_in_its_own_cells()
    {
        ShortcutRow Row(string experiment, string training, string condition, string score, double x, double value) => new(experiment, training, condition, score, x, 0, [value, value]);
        var report = new ShortcutReport([
            Row("fitting", ShortcutStudy.Protected, "noise", "loss", 0, 0), Row("fitting", ShortcutStudy.Protected, "noise", "loss", 0.0625, 2), Row("fitting", ShortcutStudy.Protected, "noise", "loss", 1, 5),
            Row("fitting", ShortcutStudy.Clean, "noise", "loss", 1, 1),
            Row("extraction", ShortcutStudy.Swapped, "a photo of t@t person", "noise_log_odds", 0, 4), Row("extraction", ShortcutStudy.Swapped, "a photo of sks person", "noise_log_odds", 0, 1),
            Row("extraction", ShortcutStudy.Decoupled, "a photo of person, bhj noisy pattern", "identity", 0, 0.5), Row("extraction", ShortcutStudy.Decoupled, "a photo of person", "identity", 0, 0.25),
            Row("extraction", ShortcutStudy.Pattern, "a photo of sks", "contrast", 0, 2), Row("extraction", ShortcutStudy.RandomPattern, "a photo of sks", "contrast", 0, 0.5),
            .. new[] { ("0", 40.0, -3.0), ("0", 80, -2), ("4", 80, 1), ("11", 40, 2), ("11", 80, 6) }.Select(d => Row("dose", d.Item1, "a photo of sks person", "noise_log_odds", d.Item2, d.Item3))]);
        double[] Means(ShortcutTopic topic) => [.. ShortcutAnswers.Of(report, Options).About(topic).All.Select(a => a.Difference.Mean)];
        Assert.Equal([2, 4], Means(ShortcutTopic.FittingOrder));
        Assert.Equal([3], Means(ShortcutTopic.Swap));
        Assert.Equal([0.25], Means(ShortcutTopic.Likeness));
        Assert.Equal([1.5], Means(ShortcutTopic.NoSubject));
        // Largest dose less none, less the smallest, and less its own first moment.
        Assert.Equal([8, 5, 4], Means(ShortcutTopic.Dose));
    }

    [Fact]
    public void Reports_stand_side_by_side_with_a_line_a_question_and_count_the_people_of_each()
    {
        var two = new ShortcutReport([
            Alone(ShortcutStudy.Clean, 0, 1, 1), Alone(ShortcutStudy.Protected, 0, 3, 3), Alone(ShortcutStudy.Clean, 1, 1, 1), Alone(ShortcutStudy.Protected, 1, 6, 6), Alone(ShortcutStudy.Random, 1, 2, 2)]);
        Assert.Equal([2, 1], ShortcutAnswers.Of(two, Options).All.Select(a => a.People));
        Assert.Equal([0, 1], two.Subjects);
        var frame = ShortcutAnswers.SideBySide(Options, ("nobody", new ShortcutReport([])), ("person 0", two.Of(0)), ("both", two));
        Assert.Equal(["question", "score", "person 0", "both"], frame.Columns.Select(c => c.Name));
        Assert.Equal(2, frame.Rows.Count);
        Assert.Equal("+2.00 [+2.00, +2.00]", frame["person 0"][0]);
        Assert.Equal("+3.50 [+2.00, +5.00]", frame["both"][0]);
        Assert.Equal("", frame["person 0"][1]);
    }

    private static ShortcutRow Alone(string training, int subject, params double[] values) => new(ShortcutExperiment.Extraction, training, "a photo of sks", "noise_log_odds", 0, subject, values);
}
