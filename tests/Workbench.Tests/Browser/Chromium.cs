using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Workbench.Tests.Browser;

/// <summary>Opens pages in a headless Chromium that has no network, and tells what it saw there.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "chrome"];
    private readonly TempFolder profile = new();
    private readonly Process process;
    private readonly ClientWebSocket socket = new();
    private readonly CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private int lastId;

    private Chromium(string program)
    {
        stop.CancelAfter(TimeSpan.FromMinutes(3));
        process = Process.Start(new ProcessStartInfo(program,
        [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", "--disable-extensions",
            "--host-resolver-rules=MAP * ~NOTFOUND", "--remote-debugging-port=0", $"--user-data-dir={profile.Path}", "--window-size=1200,900", "about:blank",
        ])
        { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.ErrorDataReceived += (_, _) => { };
        process.OutputDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
    }

    /// <summary>Starts the browser; skips the test where there is none.</summary>
    public static async Task<Chromium> StartAsync()
    {
        var program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).SelectMany(f => Names.Select(n => Path.Combine(f, n))).FirstOrDefault(File.Exists);
        if (program is null) Assert.Skip("There is no Chromium on the path.");
        var browser = new Chromium(program);
        try
        {
            await browser.ConnectAsync();
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    /// <summary>Loads a file and looks at it.</summary>
    public async Task<PageReport> LookAsync(string path)
    {
        var target = (await CallAsync("Target.createTarget", new() { ["url"] = "about:blank" })).Result["targetId"]!.GetValue<string>();
        var session = (await CallAsync("Target.attachToTarget", new() { ["targetId"] = target, ["flatten"] = true })).Result["sessionId"]!.GetValue<string>();
        var (errors, requests) = (new List<string>(), new List<string>());
        void Hear(JsonNode message)
        {
            var data = message["params"]!;
            switch (message["method"]!.GetValue<string>())
            {
                case "Runtime.exceptionThrown": errors.Add($"{data["exceptionDetails"]!["text"]} {data["exceptionDetails"]!["exception"]?["description"]}"); break;
                case "Log.entryAdded" when data["entry"]!["level"]!.GetValue<string>() == "error": errors.Add($"{data["entry"]!["text"]}"); break;
                case "Runtime.consoleAPICalled" when data["type"]!.GetValue<string>() is "error" or "assert": errors.Add(data["args"]!.ToJsonString()); break;
                case "Network.requestWillBeSent" when data["request"]!["url"]!.GetValue<string>() is var url && !url.StartsWith("data:", StringComparison.Ordinal)
                    && !url.StartsWith("file:", StringComparison.Ordinal) && !url.StartsWith("blob:", StringComparison.Ordinal): requests.Add(url); break;
                default: break;
            }
        }
        foreach (var domain in new[] { "Page", "Runtime", "Log", "Network" }) await CallAsync($"{domain}.enable", [], session, Hear);
        await CallAsync("Network.emulateNetworkConditions", new() { ["offline"] = true, ["latency"] = 0, ["downloadThroughput"] = 0, ["uploadThroughput"] = 0 }, session, Hear);
        var isLoaded = false;
        await CallAsync("Page.navigate", new() { ["url"] = new Uri(Path.GetFullPath(path)).AbsoluteUri }, session, m => { Hear(m); isLoaded |= IsLoad(m); });
        while (!isLoaded)
        {
            var message = await ReceiveAsync();
            if (message["method"] is null) continue;
            Hear(message);
            isLoaded |= IsLoad(message);
        }
        var seen = (await CallAsync("Runtime.evaluate", new() { ["expression"] = PageReport.Script, ["returnByValue"] = true, ["awaitPromise"] = true }, session, Hear)).Result["result"]!["value"]!;
        await CallAsync("Target.closeTarget", new() { ["targetId"] = target });
        return new PageReport(errors, requests, Count("charts"), Count("drawn"), Count("pictures"), Count("broken"), Count("failures"));
        int Count(string name) => seen[name]!.GetValue<int>();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        socket.Dispose();
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
        stop.Dispose();
        profile.Dispose();
    }

    private static bool IsLoad(JsonNode message) => message["method"]!.GetValue<string>() == "Page.loadEventFired";

    private async Task ConnectAsync()
    {
        var file = profile.File("DevToolsActivePort");
        string[] lines;
        while ((lines = File.Exists(file) ? await File.ReadAllLinesAsync(file, stop.Token) : []).Length < 2)
        {
            if (process.HasExited) throw new InvalidOperationException($"Chromium ended with code {process.ExitCode} before it listened.");
            await Task.Delay(50, stop.Token);
        }
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{lines[0]}{lines[1]}"), stop.Token);
    }

    private async Task<(JsonNode Result, int Id)> CallAsync(string method, JsonObject arguments, string? session = null, Action<JsonNode>? events = null)
    {
        var id = ++lastId;
        var call = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = arguments };
        if (session is not null) call["sessionId"] = session;
        await socket.SendAsync(Encoding.UTF8.GetBytes(call.ToJsonString()), WebSocketMessageType.Text, true, stop.Token);
        while (true)
        {
            var message = await ReceiveAsync();
            if (message["method"] is not null) events?.Invoke(message);
            else if (message["id"]!.GetValue<int>() == id)
                return (message["result"] ?? throw new InvalidOperationException($"{method}: {message["error"]}"), id);
        }
    }

    private async Task<JsonNode> ReceiveAsync()
    {
        using var text = new MemoryStream();
        var buffer = new byte[1 << 16];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, stop.Token);
            text.Write(buffer, 0, part.Count);
            if (part.EndOfMessage) return JsonNode.Parse(text.ToArray())!;
        }
    }
}
