using Workbench.Charts;
using Workbench.Kernel.Scripting;
using Workbench.Pipelines;
using Workbench.Tests.Pipelines;
using Xunit;

namespace Workbench.Tests.Charts;

public sealed class DenoisingPreviewTests
{
    [Fact]
    public async Task The_title_counts_the_pictures_that_are_shown()
    {
        var events = new List<CellEvent>();
        using var session = new ScriptSession();
        await session.InvokeAsync(new CellRequest("", events.Add), () =>
        {
            using var pipeline = TinyPipeline.Create();
            var request = new TextToImage { Prompts = ["a photo of red hat"], Height = 16, Width = 16, NumInferenceSteps = 1, NumImages = 3, BatchSize = 2 };
            using var drawn = pipeline.Generate(request, new DenoisingPreview(pipeline, pictures: 4));
        });
        string Title(IReadOnlyDictionary<string, string> data) => data["text/html"].Split("pictures ")[1].Split(',')[0];
        Assert.Equal("1 to 2 of 3", Title(Assert.IsType<ValueDisplayed>(events[0]).Data));
        Assert.Equal("3 to 3 of 3", Title(Assert.IsType<DisplayUpdated>(events[1]).Data));
    }

    [Fact]
    public async Task The_pictures_become_clear_in_one_place_of_the_cell()
    {
        var events = new List<CellEvent>();
        using var session = new ScriptSession();
        await session.InvokeAsync(new CellRequest("", events.Add), () =>
        {
            using var pipeline = TinyPipeline.Create();
            var request = new TextToImage { Prompts = ["a photo of red hat"], Height = 16, Width = 16, NumInferenceSteps = 10, NumImages = 3, BatchSize = 3 };
            using var drawn = pipeline.Generate(request, new DenoisingPreview(pipeline, every: 4, pictures: 2));
        });
        var first = Assert.IsType<ValueDisplayed>(events[0]);
        var updates = events.Skip(1).Select(e => Assert.IsType<DisplayUpdated>(e)).ToList();
        Assert.Equal(["step 4 of 10", "step 8 of 10", "step 10 of 10"], updates.Select(u => "step" + u.Data["text/html"].Split("step")[1].Split('<')[0]));
        Assert.All(updates, u => Assert.Equal(first.DisplayId, u.DisplayId));
        Assert.Equal(2, first.Data["text/html"].Split("data:image/png").Length - 1);
        Assert.NotEqual(first.Data["text/html"], updates[^1].Data["text/html"]);
    }
}
