using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Workbench.Tensors;
using Xunit;

namespace Workbench.Tests.Notebooks;

/// <summary>What every notebook keeps to, so that it reads well, runs in three hosts and does not rot.</summary>
public sealed partial class NotebookFormatTests
{
    private const int LongestCell = 15, MedianCell = 6;

    private static readonly string Folder = Path.Combine(Checkout.Folder, "notebooks");

    public static TheoryData<string> Notebooks => [.. Directory.GetFiles(Folder, "*.ipynb").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [Fact]
    public void The_notebooks_are_numbered_without_a_gap() =>
        Assert.Equal(Enumerable.Range(0, Notebooks.Count), Notebooks.Select(row => int.Parse(row.Data[..2])));

    [Theory]
    [MemberData(nameof(Notebooks))]
    public void Cells_are_short_have_ids_and_hold_no_outputs(string name)
    {
        var notebook = Read(name);
        Assert.Equal((4, 5), (notebook["nbformat"]!.GetValue<int>(), notebook["nbformat_minor"]!.GetValue<int>()));
        Assert.Equal(".net-csharp", notebook["metadata"]!["kernelspec"]!["name"]!.GetValue<string>());
        var ids = Cells(notebook).Select(c => c["id"]?.GetValue<string>()).ToArray();
        Assert.All(ids, id => Assert.Matches("^[a-zA-Z0-9_-]{1,64}$", id));
        Assert.Equal(ids.Length, ids.Distinct().Count());
        var code = Code(notebook).ToArray();
        Assert.All(code, c => Assert.True(Lines(c) <= LongestCell, $"{name}, {c["id"]}: {Lines(c)} lines"));
        Assert.True(code.Select(Lines).Order().ElementAt(code.Length / 2) <= MedianCell, $"{name}: the median cell is longer than {MedianCell} lines");
        Assert.All(code, c => Assert.Empty(c["outputs"]!.AsArray()));
        Assert.All(code, c => Assert.Null(c["execution_count"]));
    }

    [Theory]
    [MemberData(nameof(Notebooks))]
    public void The_first_code_cell_holds_the_parameters_and_the_second_the_reference(string name)
    {
        var code = Code(Read(name)).ToArray();
        Assert.Contains("parameters", code[0]["metadata"]!["tags"]!.AsArray().Select(t => t!.GetValue<string>()));
        Assert.Contains("var profile = \"Smoke\";", Source(code[0]), StringComparison.Ordinal);
        Assert.Contains("var model = \"\";", Source(code[0]), StringComparison.Ordinal);
        Assert.Contains("#r \"../src/Workbench.Core/bin/Release/net10.0/Workbench.Core.dll\"", Source(code[1]), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Notebooks))]
    public void Code_uses_namespaces_that_exist_and_nothing_that_some_host_lacks(string name)
    {
        var known = typeof(NativeTorch).Assembly.GetExportedTypes().Select(t => t.Namespace).ToHashSet(StringComparer.Ordinal);
        foreach (var cell in Code(Read(name)))
        {
            var source = Source(cell);
            foreach (Match used in Using().Matches(source))
                if (used.Groups[1].Value.StartsWith("Workbench", StringComparison.Ordinal))
                    Assert.True(known.Contains(used.Groups[1].Value), $"{name}, {cell["id"]}: there is no namespace {used.Groups[1].Value}");
            // A declaration with 'using' at the top of a cell is no valid script.
            Assert.DoesNotMatch(UsingDeclaration(), source);
            Assert.DoesNotMatch("^#!(markdown|html|share|set)", source);
            Assert.DoesNotMatch(AbsolutePath(), source);
        }
    }

    [Theory]
    [MemberData(nameof(Notebooks))]
    public void It_begins_with_a_title_ends_with_summary_and_exercises_and_its_links_lead_somewhere(string name)
    {
        var words = Cells(Read(name)).Where(c => c["cell_type"]!.GetValue<string>() == "markdown").Select(Source).ToArray();
        Assert.Matches($@"\A# {name[..2]} · \S", words[0]);
        Assert.Contains("## Summary", words[^1], StringComparison.Ordinal);
        Assert.Contains("## Exercises", words[^1], StringComparison.Ordinal);
        foreach (Match link in words.SelectMany(w => Link().Matches(w)))
            if (!link.Groups[1].Value.Contains("://", StringComparison.Ordinal))
                Assert.True(Path.Exists(Path.Combine(Folder, link.Groups[1].Value)), $"{name}: nothing at {link.Groups[1].Value}");
    }

    private static JsonNode Read(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, name)))!;

    private static IEnumerable<JsonNode> Cells(JsonNode notebook) => notebook["cells"]!.AsArray().Select(c => c!);

    private static IEnumerable<JsonNode> Code(JsonNode notebook) => Cells(notebook).Where(c => c["cell_type"]!.GetValue<string>() == "code");

    private static int Lines(JsonNode cell) => Source(cell).Split('\n').Length;

    private static string Source(JsonNode cell) => cell["source"] is JsonArray lines ? string.Concat(lines.Select(l => l!.GetValue<string>())) : cell["source"]!.GetValue<string>();

    [GeneratedRegex(@"\busing ([A-Za-z.]+);")]
    private static partial Regex Using();

    [GeneratedRegex(@"(?m)^using (var|[A-Za-z]+ [a-z]\w* =)")]
    private static partial Regex UsingDeclaration();

    [GeneratedRegex("\"(/|[A-Z]:\\\\)(home|root|work|tmp|Users)")]
    private static partial Regex AbsolutePath();

    [GeneratedRegex(@"\]\(([^)#]+)\)")]
    private static partial Regex Link();
}
