using Xunit;

namespace Workbench.Tests.Kernel;

/// <summary>Cells that are run again and again: what nothing can reach is let go, and everything else stays as it was.</summary>
public sealed class SubmissionChainTests : IDisposable
{
    private readonly Cells cells = new();

    public void Dispose() => cells.Dispose();

    [Fact]
    public async Task The_value_of_a_variable_that_was_declared_again_is_freed()
    {
        await cells.ValueAsync("WeakReference watch = null;");
        await cells.ValueAsync("var big = new byte[1 << 20]; watch ??= new(big);");
        await cells.ValueAsync("var big = new byte[1 << 20]; watch ??= new(big);");
        Assert.Equal(false, await cells.ValueAsync("GC.Collect(); GC.WaitForPendingFinalizers(); GC.Collect(); watch.IsAlive"));
        Assert.Equal(1 << 20, await cells.ValueAsync("big.Length"));
    }

    [Theory]
    [InlineData("int F() => x;", "F()")]
    [InlineData("Func<int> f = () => x;", "f()")]
    [InlineData("var f = nameof(x).Length + x;", "f - 1")]
    [InlineData("class T { public int V; } var t = new T { V = x };", "t.V")]
    public async Task A_variable_that_a_living_cell_mentions_stays(string mention, string use)
    {
        await cells.ValueAsync("var x = 1;");
        await cells.ValueAsync(mention);
        await Repeat(150, n => $"var x = {n + 100};");
        Assert.Equal(1, await cells.ValueAsync(use));
        Assert.Equal(249, await cells.ValueAsync("x"));
        Assert.True(cells.Session.Chain.Length < 80, $"{cells.Session.Chain.Length} links");
    }

    [Fact]
    public async Task A_notebook_run_many_times_leaves_a_chain_of_one_run()
    {
        await cells.ValueAsync("using System.Numerics;\nint runs = 0;");
        for (var run = 1; run <= 40; run++)
        {
            await cells.ValueAsync("runs++; record Point(int X, int Y) { public int Sum() => X + Y; }");
            await cells.ValueAsync("Point Make(int a) => new(a, runs); enum Side { Left, Right }");
            await cells.ValueAsync("var (p, q) = (Make(1), Make(2)); var side = Side.Right;");
            await cells.ValueAsync("var all = new List<Point> { p, q }; Vector2 v = new(p.X, q.X);");
            Assert.Equal(3 + 2 * run, await cells.ValueAsync("all.Sum(point => point.Sum())"));
        }

        Assert.InRange(cells.Session.Chain.Length, 5, 80);
        Assert.Equal("Point { X = 1, Y = 40 } Right <1, 2>", await cells.ValueAsync("$\"{p} {side} {v}\""));
        Assert.Equal(["all", "p", "q", "runs", "side", "v"], cells.Session.Variables.Select(v => v.Name));
    }

    [Fact]
    public async Task Anonymous_types_of_earlier_cells_are_used_after_cells_were_left_out()
    {
        await Repeat(100, n => $"var x = {n};");
        await cells.ValueAsync("var a = new { Name = \"one\", Value = x };");
        await Repeat(100, n => $"var x = {n};");
        Assert.Equal("one 99", await cells.ValueAsync("$\"{a.Name} {a.Value}\""));
        Assert.Equal(true, await cells.ValueAsync("a.GetType() == new { Name = \"\", Value = 1 }.GetType()"));
        await Repeat(100, n => $"var b = new {{ Name = \"{n}\", Value = {n} }};");
        await Repeat(100, n => $"var x = {n};");
        Assert.Equal("one 99 99", await cells.ValueAsync("$\"{a.Name} {a.Value} {b.Value}\""));
    }

    [Fact]
    public async Task Overloads_are_hidden_one_by_one()
    {
        await cells.ValueAsync("string F(int v) => \"int\"; string F(string v) => \"old\";");
        await Repeat(150, _ => "string F(string v) => \"new\";");
        Assert.Equal("int new", await cells.ValueAsync("F(1) + \" \" + F(\"\")"));
    }

    [Fact]
    public async Task A_cell_that_was_stopped_before_its_first_statement_leaves_the_others_in_place()
    {
        await cells.ValueAsync("var x = 1;");
        for (var n = 0; n < 20; n++)
        {
            using var stop = new CancellationTokenSource();
            var run = cells.RunAsync($"var y{n} = 2;", stop.Token);
            await stop.CancelAsync();
            await Record.ExceptionAsync(() => run);
            Assert.Equal(1, await cells.ValueAsync("x"));
        }

        await cells.ValueAsync("var z = 3;");
        Assert.Equal(4, await cells.ValueAsync("x + z"));
    }

    private async Task Repeat(int times, Func<int, string> cell)
    {
        for (var n = 0; n < times; n++) await cells.ValueAsync(cell(n));
    }
}
