using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;

namespace Workbench.Tests.Notebooks;

/// <summary>Notebooks and library point at each other: what a notebook explains says so in its documentation.</summary>
public sealed partial class NotebookLinkTests
{
    public static TheoryData<string> Notebooks =>
        [.. Directory.GetFiles(Path.Combine(Checkout.Folder, "notebooks"), "*.ipynb").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Notebooks))]
    public void A_type_that_a_notebook_links_to_links_back(string name)
    {
        foreach (Match link in SourceLink().Matches(Text(name)))
            Assert.True(File.ReadAllText(Path.Combine(Checkout.Folder, link.Groups[1].Value)).Contains("<seealso href=\"notebooks/", StringComparison.Ordinal),
                $"{name} links to {link.Groups[1].Value}, which names no notebook");
    }

    [Fact]
    public void A_type_that_says_where_it_is_explained_is_named_there()
    {
        var found = 0;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Checkout.Folder, "src", "Workbench.Core"), "*.cs", SearchOption.AllDirectories).Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)))
            foreach (Match link in BackLink().Matches(File.ReadAllText(file)))
            {
                var type = link.Groups[3].Value;
                Assert.True(File.Exists(Path.Combine(Checkout.Folder, "notebooks", link.Groups[1].Value)), $"{file}: there is no {link.Groups[1].Value}");
                Assert.Equal(link.Groups[1].Value[..2], link.Groups[2].Value);
                Assert.True(Regex.IsMatch(Text(link.Groups[1].Value), $@"\b{type}\b"), $"{link.Groups[1].Value} does not name {type}");
                found++;
            }
        Assert.True(found > 50, $"only {found} types say where they are explained");
    }

    private static string Text(string name) => string.Join('\n', JsonNode.Parse(File.ReadAllText(Path.Combine(Checkout.Folder, "notebooks", name)))!["cells"]!.AsArray()
        .Select(c => c!["source"] is JsonArray lines ? string.Concat(lines.Select(l => l!.GetValue<string>())) : c["source"]!.GetValue<string>()));

    [GeneratedRegex(@"\]\(\.\./(src/[^)#]+\.cs)\)")]
    private static partial Regex SourceLink();

    [GeneratedRegex(@"/// <seealso href=""notebooks/([^""]+)"">Explained in notebook (\d\d)\.</seealso>(?:\s*(?:///[^\n]*|\[[^\n]*\])\n)*\s*public (?:static |sealed |abstract |readonly |partial )*(?:record struct|record|class|interface|enum|struct) (\w+)")]
    private static partial Regex BackLink();
}
