using Workbench.Charts;
using Workbench.Kernel.Documents;
using Workbench.Kernel.Html;
using Workbench.Tests.Charts;
using Workbench.Tests.Notebooks;
using Xunit;

namespace Workbench.Tests.Browser;

/// <summary>Pages of notebooks in a real browser without network: no script error, every chart drawn, every picture there.</summary>
public sealed class NotebookPageTests
{
    public static TheoryData<string> Notebooks =>
        [.. Directory.GetFiles(Path.Combine(Checkout.Folder, "notebooks"), "*.ipynb").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Notebooks))]
    public async Task A_notebook_s_page_is_whole_with_the_network_cut(string name)
    {
        var page = Path.Combine(Environment.GetEnvironmentVariable("WORKBENCH_PAGES") ?? Path.Combine(Checkout.Folder, "out", "notebooks"), name + ".html");
        if (!File.Exists(page)) Assert.Skip($"There is no {page}: run 'workbench notebook run notebooks' first, or name its folder in WORKBENCH_PAGES.");
        await using var browser = await Chromium.StartAsync();
        var seen = await browser.LookAsync(page);
        Assert.Empty(seen.Faults());
        Assert.True(seen.Pictures + seen.Charts > 0, "The page shows neither charts nor pictures.");
    }

    [Fact]
    public async Task Every_kind_of_chart_is_drawn()
    {
        using var folder = new TemporaryFolder();
        await using var browser = await Chromium.StartAsync();
        var seen = await browser.LookAsync(Write(folder, Samples.Kinds.Select(kind => Samples.Of(kind).ToMimeBundle())));
        Assert.Empty(seen.Faults());
        Assert.Equal((Samples.Kinds.Length, Samples.Kinds.Length), (seen.Charts, seen.Drawn));
    }

    [Fact]
    public async Task What_is_broken_is_told()
    {
        using var folder = new TemporaryFolder();
        var page = Write(folder,
        [
            Chart.Lines(new LineSeries("loss", [3, 2, 1.5])).ToMimeBundle(),
            new Dictionary<string, string> { ["application/vnd.plotly.v1+json"] = "{\"data\":[{\"type\":\"bar\",\"x\":[],\"y\":[]}],\"layout\":{}}" },
            new Dictionary<string, string> { ["text/html"] = "<script>nothing.here();</script><img src=\"data:image/png;base64,AAAA\"><script src=\"https://example.invalid/a.js\"></script>" },
        ]);
        await using var browser = await Chromium.StartAsync();
        var seen = await browser.LookAsync(page);
        Assert.Equal((2, 1), (seen.Charts, seen.Drawn));
        Assert.Contains(seen.Errors, e => e.Contains("nothing", StringComparison.Ordinal));
        Assert.Contains("https://example.invalid/a.js", seen.Requests);
        Assert.Equal(1, seen.Broken);
        Assert.True(seen.Faults().Count >= 4);
    }

    private static string Write(TemporaryFolder folder, IEnumerable<IReadOnlyDictionary<string, string>> bundles)
    {
        var document = new NotebookDocument();
        foreach (var bundle in bundles)
        {
            document.Cells.Add(new NotebookCell(CellKind.Code, "") { Outputs = { new DisplayOutput(new MimeBundle(bundle)) } });
        }
        var path = folder.File("page.html");
        File.WriteAllText(path, NotebookHtml.Render(document));
        return path;
    }
}
