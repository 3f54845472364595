using System.Diagnostics;
using System.Text.Json.Nodes;
using Workbench.Tests.Browser;

namespace Workbench.Tests.Kernel.FrontEnds;

/// <summary>One page in a headless Chromium, driven over its debugging protocol. One caller at a time.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(100);
    private readonly ChromiumProcess process;
    private readonly DevTools tools;
    private readonly TimeSpan patience;

    private Browser(ChromiumProcess process, DevTools tools, TimeSpan patience) => (this.process, this.tools, this.patience) = (process, tools, patience);

    public static async Task<Browser> OpenAsync(Uri page, TimeSpan patience, CancellationToken cancellation)
    {
        var process = await ChromiumProcess.StartAsync(ChromiumProcess.Program!, [], patience, cancellation);
        try
        {
            using var http = new HttpClient();
            using var created = await http.PutAsync(new Uri($"http://127.0.0.1:{process.Address.Port}/json/new?{Uri.EscapeDataString(page.AbsoluteUri)}"), null, cancellation);
            var target = JsonNode.Parse(await created.Content.ReadAsStringAsync(cancellation))!;
            var browser = new Browser(process, await DevTools.ConnectAsync(new(target["webSocketDebuggerUrl"]!.ToString()), cancellation), patience);
            await browser.SendAsync("Page.bringToFront", [], cancellation);
            await browser.SendAsync("Emulation.setFocusEmulationEnabled", new() { ["enabled"] = true }, cancellation); // or keys go nowhere
            return browser;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>The value of a JavaScript expression (a promise is awaited).</summary>
    /// <exception cref="InvalidOperationException">The script threw.</exception>
    public async Task<JsonNode?> EvaluateAsync(string script, CancellationToken cancellation)
    {
        var result = await SendAsync("Runtime.evaluate", new() { ["expression"] = script, ["returnByValue"] = true, ["awaitPromise"] = true }, cancellation);
        if (result["exceptionDetails"] is { } failure) throw new InvalidOperationException($"{script}: {failure["exception"]?["description"] ?? failure}");
        return result["result"]?["value"]?.DeepClone();
    }

    /// <summary>Waits until a JavaScript condition holds; one that throws does not hold yet.</summary>
    public async Task WaitAsync(string condition, CancellationToken cancellation)
    {
        for (var clock = Stopwatch.StartNew(); ;)
        {
            var value = await EvaluateAsync($"(() => {{ try {{ return Boolean({condition}); }} catch (e) {{ return false; }} }})()", cancellation);
            if (value?.GetValue<bool>() == true) return;
            if (clock.Elapsed > patience)
                throw new TimeoutException($"Never came true: {condition}. The page: {await EvaluateAsync("document.body.innerText.slice(0, 3000)", cancellation)}");
            await Task.Delay(Beat, cancellation);
        }
    }

    /// <summary>Presses and releases a key.</summary>
    /// <param name="key">Its name, such as Tab.</param>
    /// <param name="code">Its Windows key code.</param>
    /// <param name="shift">With Shift held.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public async Task PressAsync(string key, int code, bool shift, CancellationToken cancellation)
    {
        foreach (var type in new[] { "rawKeyDown", "keyUp" })
            await SendAsync("Input.dispatchKeyEvent", new() { ["type"] = type, ["key"] = key, ["code"] = key, ["windowsVirtualKeyCode"] = code, ["modifiers"] = shift ? 8 : 0 }, cancellation);
    }

    /// <summary>The page as a PNG.</summary>
    public async Task<byte[]> ScreenshotAsync(CancellationToken cancellation) =>
        Convert.FromBase64String((await SendAsync("Page.captureScreenshot", new() { ["format"] = "png" }, cancellation))["data"]!.ToString());

    public async ValueTask DisposeAsync()
    {
        tools.Dispose();
        await process.DisposeAsync();
    }

    private Task<JsonObject> SendAsync(string method, JsonObject parameters, CancellationToken cancellation) => tools.CallAsync(method, parameters, null, null, cancellation);
}
