using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Workbench.Tests.Kernel.FrontEnds;

/// <summary>One page in a headless Chromium, driven over its debugging protocol. One caller at a time.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(100);
    private readonly TempFolder profile = new();
    private readonly Process process;
    private readonly ClientWebSocket socket = new();
    private readonly TimeSpan patience;
    private int number;

    private Browser(TimeSpan patience)
    {
        this.patience = patience;
        process = Process.Start(new ProcessStartInfo(
            "chromium", ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1200,1000", "--remote-debugging-port=0", $"--user-data-dir={profile.Path}", "about:blank"])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        _ = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEndAsync();
    }

    public static async Task<Browser> OpenAsync(Uri page, TimeSpan patience, CancellationToken cancellation)
    {
        var browser = new Browser(patience);
        var portFile = browser.profile.File("DevToolsActivePort");
        for (var clock = Stopwatch.StartNew(); !File.Exists(portFile) || (await File.ReadAllLinesAsync(portFile, cancellation)).Length < 2;)
        {
            if (clock.Elapsed > patience) throw new TimeoutException("Chromium did not open its debugging port.");
            await Task.Delay(Beat, cancellation);
        }

        using var http = new HttpClient();
        var port = (await File.ReadAllLinesAsync(portFile, cancellation))[0];
        using var created = await http.PutAsync(new Uri($"http://127.0.0.1:{port}/json/new?{Uri.EscapeDataString(page.AbsoluteUri)}"), null, cancellation);
        var target = JsonNode.Parse(await created.Content.ReadAsStringAsync(cancellation))!;
        await browser.socket.ConnectAsync(new(target["webSocketDebuggerUrl"]!.ToString()), cancellation);
        await browser.SendAsync("Page.bringToFront", [], cancellation);
        await browser.SendAsync("Emulation.setFocusEmulationEnabled", new() { ["enabled"] = true }, cancellation); // or keys go nowhere
        return browser;
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
        socket.Dispose();
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        for (var tries = 0; tries < 20; tries++)
        {
            try
            {
                profile.Dispose();
                return;
            }
            catch (IOException)
            {
                await Task.Delay(Beat); // its last child still writes
            }
        }
    }

    private async Task<JsonObject> SendAsync(string method, JsonObject parameters, CancellationToken cancellation)
    {
        var id = ++number;
        var message = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters }.ToJsonString();
        await socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, cancellation);
        while (true)
        {
            var answer = await ReceiveAsync(cancellation);
            if (answer["id"]?.GetValue<int>() != id) continue; // an event
            return answer["result"] as JsonObject ?? throw new InvalidOperationException($"{method}: {answer["error"]}");
        }
    }

    private async Task<JsonObject> ReceiveAsync(CancellationToken cancellation)
    {
        var (text, buffer) = (new MemoryStream(), new byte[1 << 16]);
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, cancellation);
            text.Write(buffer, 0, part.Count);
            if (part.EndOfMessage) return JsonNode.Parse(text.ToArray())!.AsObject();
        }
    }
}
