using Workbench.Experiments;
using Xunit;

namespace Workbench.Tests.Experiments;

public sealed class StudyTableTests
{
    private static readonly StudyTable Table = new("A table", [new StudyColumn("score", "score ↑", 1), new StudyColumn("seconds", "seconds"), new StudyColumn("empty", "never measured")],
        [Row("a", 0, 1, 2), Row("a", 1, 5), Row("b", 0, 7)])
    {
        Model = "abc",
        Remarks = [new StudyRemark("", "b", "score", "▲") { PValue = 0.01 }, new StudyRemark("", "a", "score", "") { PValue = 0.5 }],
        LeftOut = ["sr: no upscaler"],
    };

    [Fact]
    public void Means_are_over_all_numbers_and_intervals_over_people()
    {
        var mean = Table.Mean("a", "score")!;
        Assert.Equal(8.0 / 3, mean.Mean, 1e-9);
        Assert.Equal((1.5, 5), (mean.Low, mean.High));
        Assert.Null(Table.Mean("a", "seconds"));
        Assert.Equal(["a", "b"], Table.Names);
        Assert.Contains("there are: a, b", Assert.Throws<ArgumentException>(() => Table.Of("c")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_text_has_a_line_a_method_with_remarks_and_no_column_without_numbers()
    {
        var text = StudyTableText.Markdown(Table);
        Assert.Contains("| a | 2.7 [1.5, 5.0] |\n", text, StringComparison.Ordinal);
        Assert.Contains("| b | 7.0 n=1 ▲ |\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("never measured", text, StringComparison.Ordinal);
        Assert.Contains("* sr: no upscaler", text, StringComparison.Ordinal);
    }

    [Fact]
    public void It_survives_writing_and_reading_and_another_file_is_refused()
    {
        using var folder = new TemporaryFolder();
        Table.Write(folder.Path);
        var read = StudyTable.Read(folder.Path);
        Assert.Equal(StudyTableText.Markdown(Table), StudyTableText.Markdown(read));
        Assert.Equal(0.01, read.Remarks[0].PValue);
        File.WriteAllText(Path.Combine(folder.Path, StudyTable.FileName), "{\"scores\":[]}");
        Assert.Throws<InvalidDataException>(() => StudyTable.Read(folder.Path));
    }

    private static StudyRow Row(string name, int subject, params double[] scores) =>
        new() { Name = name, Subject = subject, Values = new Dictionary<string, IReadOnlyList<double>> { ["score"] = scores } };
}
