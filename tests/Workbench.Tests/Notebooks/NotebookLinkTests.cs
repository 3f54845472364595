using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Workbench.Tensors;
using Xunit;

namespace Workbench.Tests.Notebooks;

/// <summary>Notebooks and library point at each other: what a notebook explains says so in its documentation.</summary>
public sealed partial class NotebookLinkTests
{
    /// <summary>What the types of the library say about where they are explained.</summary>
    private static readonly ILookup<string, (string Notebook, string Number)> BackLinks =
        Directory.EnumerateFiles(Path.Combine(Checkout.Folder, "src", "Workbench.Core"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(f => BackLink().Matches(File.ReadAllText(f))).ToLookup(m => m.Groups[3].Value, m => (m.Groups[1].Value, m.Groups[2].Value), StringComparer.Ordinal);

    public static TheoryData<string> Notebooks =>
        [.. Directory.GetFiles(Path.Combine(Checkout.Folder, "notebooks"), "*.ipynb").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Notebooks))]
    public void A_type_that_a_notebook_links_to_links_back(string name)
    {
        foreach (Match link in SourceLink().Matches(Text(name)))
        {
            var file = link.Groups[1].Value;
            Assert.True(NotebooksThatExplain(Path.GetFileNameWithoutExtension(file)).Any(), $"{name} links to {file}, which names no notebook that names it");
        }
    }

    [Theory]
    [MemberData(nameof(Notebooks))]
    public void A_type_that_a_notebooks_code_uses_links_to_one_that_names_it(string name)
    {
        var code = Text(name, "code");
        var used = typeof(NativeTorch).Assembly.GetExportedTypes().Where(t => !t.IsEnum && !t.IsNested && !t.IsGenericType && Uses(code, t.Name)).Select(t => t.Name).ToArray();
        Assert.NotEmpty(used);
        Assert.All(used, type => Assert.True(NotebooksThatExplain(type).Any(), $"{name} uses {type}, which names no notebook that names it"));
    }

    [Fact]
    public void A_type_that_says_where_it_is_explained_is_named_there()
    {
        foreach (var type in BackLinks)
            foreach (var (notebook, number) in type)
            {
                Assert.True(Notebooks.Any(row => row.Data == notebook), $"{type.Key}: there is no {notebook}");
                Assert.Equal(notebook[..2], number);
                Assert.True(Names(notebook, type.Key), $"{notebook} does not name {type.Key}");
            }
        Assert.True(BackLinks.Count > 50, $"only {BackLinks.Count} types say where they are explained");
    }

    private static IEnumerable<string> NotebooksThatExplain(string type) => BackLinks[type].Select(link => link.Notebook).Where(notebook => Names(notebook, type));

    private static bool Names(string notebook, string type) => Regex.IsMatch(Text(notebook), $@"\b{type}\b");

    // Made anew, a member of it called, or the type of a list: a property of the same name is none of these.
    private static bool Uses(string code, string type) => Regex.IsMatch(code, $@"\bnew {type}\b(?!\.)|(?<![.\w""/]){type}(?=\.[A-Z])|<{type}[,>]");

    private static string Text(string name, string? kind = null) => string.Join('\n', JsonNode.Parse(File.ReadAllText(Path.Combine(Checkout.Folder, "notebooks", name)))!["cells"]!.AsArray()
        .Where(c => kind is null || c!["cell_type"]!.GetValue<string>() == kind)
        .Select(c => c!["source"] is JsonArray lines ? string.Concat(lines.Select(l => l!.GetValue<string>())) : c["source"]!.GetValue<string>()));

    [GeneratedRegex(@"\]\(\.\./(src/[^)#]+\.cs)\)")]
    private static partial Regex SourceLink();

    [GeneratedRegex(@"/// <seealso href=""notebooks/([^""]+)"">Explained in notebook (\d\d)\.</seealso>(?:\s*(?:///[^\n]*|\[[^\n]*\])\n)*\s*public (?:static |sealed |abstract |readonly |partial )*(?:record struct|record|class|interface|enum|struct) (\w+)")]
    private static partial Regex BackLink();
}
