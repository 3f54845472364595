using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace Workbench.Tests.Kernel.FrontEnds;

/// <summary>A notebook in Debian's Jupyter Notebook, driven as a user drives it in a headless Chromium.</summary>
[Collection("front ends")]
public sealed class ClassicNotebookTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly JupyterHome home = new();
    private NotebookServer? server;
    private Browser page = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        JupyterHome.Need("jupyter-notebook", "chromium");
        home.WriteNotebook(
            "book.ipynb",
            JupyterHome.Cell("#r \"Workbench.Core.dll\"\nusing Workbench.Charts;\nvar kept = 5;"),
            JupyterHome.Cell("Chart.Bars([\"clean\", \"protected\"], [0.7, 0.4]).WithTitle(\"quality\")"),
            JupyterHome.Cell("var bar = new Workbench.Kernel.Display.ProgressDisplay(\"step\");\nfor (var i = 1; i <= 8; i++) { await Task.Delay(150, CellCancellation); bar.Report(i / 8.0); }"),
            JupyterHome.Cell("kept + 1"));
        server = await NotebookServer.StartAsync(home, Patience, Cancellation);
        page = await Browser.OpenAsync(new(server.Address, "notebooks/book.ipynb"), Patience, Cancellation);
        await Until("Jupyter.notebook._fully_loaded && Jupyter.notebook.kernel.is_connected() && document.querySelector('.kernel_idle_icon')");
    }

    public async ValueTask DisposeAsync()
    {
        if (page is not null) await page.DisposeAsync();
        server?.Dispose();
        home.Dispose();
    }

    [Fact]
    public async Task Run_all_draws_the_chart_and_moves_the_progress_in_place()
    {
        await Do("""
            window.seen = [];
            var area = Jupyter.notebook.get_cell(2).output_area.element[0];
            new MutationObserver(() => window.seen.push([area.querySelectorAll('progress').length, Number((area.querySelector('progress') || {}).value)]))
                .observe(area, { subtree: true, childList: true, attributes: true, characterData: true });
            document.querySelector('#run_all_cells a').click()
            """);
        await Until($"{Text(3)} === '6'");
        await Until($"{Output(1)}.querySelector('img').naturalWidth > 100");
        var seen = (await Do("window.seen"))!.AsArray().Select(s => s!.AsArray()).Where(s => s[0]!.GetValue<int>() > 0).ToList();
        var values = seen.ConvertAll(s => s[1]!.GetValue<double>()).Distinct().ToList();
        Assert.All(seen, s => Assert.Equal(1, s[0]!.GetValue<int>()));
        Assert.True(values.Count >= 5 && values.SequenceEqual(values.Order()) && values[^1] == 100, string.Join(' ', values));
        if (Environment.GetEnvironmentVariable("WORKBENCH_SCREENSHOT") is { Length: > 0 } path) await File.WriteAllBytesAsync(path, await page.ScreenshotAsync(Cancellation), Cancellation);
    }

    [Fact]
    public async Task Interrupt_stops_the_cell_and_keeps_the_variables_and_restart_forgets_them()
    {
        await Run(0, "var kept = 5;");
        await Until("Jupyter.notebook.get_cell(0).input_prompt_number === 1");
        await Run(1, "Console.WriteLine(\"begun\"); while (true) { }");
        await Until($"{Text(1)}.includes('begun')");
        await Click("jupyter-notebook:interrupt-kernel");
        await Until($"{Text(1)}.includes('stopped before its end') && document.querySelector('.kernel_idle_icon')");
        await Run(3, "kept + 1");
        await Until($"{Text(3)} === '6'");

        await Click("jupyter-notebook:confirm-restart-kernel");
        await Until("document.querySelector('.modal.in .btn-danger')");
        await Do("document.querySelector('.modal.in .btn-danger').click()");
        await Until("!document.querySelector('.modal') && Jupyter.notebook.kernel.is_connected() && document.querySelector('.kernel_idle_icon')");
        await Run(3, "kept + 1");
        await Until($"{Text(3)}.includes('CS0103')");
        await Run(3, "2 + 2");
        await Until($"{Text(3)} === '4'");
    }

    [Fact]
    public async Task Tab_completes_shift_tab_documents_and_input_is_answered()
    {
        await Run(0, "/// <summary>Halves an even number.</summary>\nint Halve(int v) => v / 2;");
        await Until("Jupyter.notebook.get_cell(0).input_prompt_number === 1");
        await Type(1, "Halv");
        await PressTabUntil("Jupyter.notebook.get_cell(1).get_text() === 'Halve'", shift: false);
        await PressTabUntil("document.querySelector('#tooltip').innerText.includes('Halves an even number.')", shift: true);

        await Run(2, "Halve(int.Parse(input(\"even? \")))");
        await Until("document.querySelector('.raw_input')");
        await Do("document.querySelector('.raw_input').value = '84'; document.querySelector('.raw_input').focus()");
        await page.PressAsync("Enter", 13, shift: false, Cancellation);
        await Until($"{Text(2)}.endsWith('42')");
    }

    [Fact]
    public async Task A_chart_of_PlotlyNet_is_drawn_by_the_pages_plotly()
    {
        await Do($"(function (define, module, exports) {{ {Workbench.Kernel.Html.PlotlyScript.FromPlotlyNet} }}).call(window); Boolean(window.Plotly)");
        await Run(0, "#r \"nuget: Plotly.NET\"\nvar trace = new Plotly.NET.Trace(\"bar\"); trace.SetProperty(\"y\", new[] { 1, 3, 2 });\nPlotly.NET.GenericChart.ofTraceObject(false, trace)");
        await Until($"{Output(0)}.querySelectorAll('.main-svg .point').length === 3");
    }

    private static string Output(int cell) => $"Jupyter.notebook.get_cell({cell}).output_area.element[0]";

    /// <summary>What a cell shows, without its prompts ("Out[3]:").</summary>
    private static string Text(int cell) => $"[...{Output(cell)}.querySelectorAll('.output_subarea')].map(e => e.innerText).join('\\n').trim()";

    private Task<JsonNode?> Do(string script) => page.EvaluateAsync(script, Cancellation);

    private Task Until(string condition) => page.WaitAsync(condition, Cancellation);

    private Task Click(string action) => Do($"document.querySelector('[data-jupyter-action=\"{action}\"]').click()");

    /// <summary>Presses Tab in the cell that is being edited, as often as a user would who saw nothing happen.</summary>
    private async Task PressTabUntil(string condition, bool shift)
    {
        for (var clock = Stopwatch.StartNew(); ;)
        {
            await Until("Jupyter.notebook.get_selected_cell().code_mirror.hasFocus()");
            await page.PressAsync("Tab", 9, shift, Cancellation);
            for (var waited = Stopwatch.StartNew(); waited.Elapsed < TimeSpan.FromSeconds(5); await Task.Delay(100, Cancellation))
                if ((await Do(condition))!.GetValue<bool>()) return;
            if (clock.Elapsed > Patience) throw new TimeoutException($"Tab never made true: {condition}");
            await Do("Jupyter.notebook.edit_mode(); Jupyter.notebook.get_selected_cell().focus_editor(); null");
        }
    }

    private Task Type(int cell, string code) => Do(
        $"Jupyter.notebook.select({cell}); Jupyter.notebook.get_cell({cell}).set_text({JsonSerializer.Serialize(code)}); Jupyter.notebook.edit_mode(); " +
        $"Jupyter.notebook.get_cell({cell}).code_mirror.execCommand('goDocEnd'); null");

    private async Task Run(int cell, string code)
    {
        await Type(cell, code);
        await Click("jupyter-notebook:run-cell-and-select-next");
    }
}
