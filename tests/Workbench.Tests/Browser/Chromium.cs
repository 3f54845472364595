using System.Text.Json.Nodes;
using Xunit;

namespace Workbench.Tests.Browser;

/// <summary>Opens pages in a headless Chromium that has no network, and tells what it saw there.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly string[] Offline = ["--no-first-run", "--disable-background-networking", "--disable-extensions", "--host-resolver-rules=MAP * ~NOTFOUND"];
    private readonly CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private ChromiumProcess? process;
    private DevTools? tools;

    private Chromium() => stop.CancelAfter(Patience);

    /// <summary>Starts the browser; skips the test where there is none.</summary>
    public static async Task<Chromium> StartAsync()
    {
        if (ChromiumProcess.Program is not { } program)
        {
            Assert.Skip("There is no Chromium on the path.");
            return null!;
        }
        var browser = new Chromium();
        try
        {
            browser.process = await ChromiumProcess.StartAsync(program, Offline, Patience, browser.stop.Token);
            browser.tools = await DevTools.ConnectAsync(browser.process.Address, browser.stop.Token);
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
        var target = (await CallAsync("Target.createTarget", new() { ["url"] = "about:blank" }))["targetId"]!.GetValue<string>();
        var session = (await CallAsync("Target.attachToTarget", new() { ["targetId"] = target, ["flatten"] = true }))["sessionId"]!.GetValue<string>();
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
            var message = await tools!.ReceiveAsync(stop.Token);
            if (message["method"] is null) continue;
            Hear(message);
            isLoaded |= IsLoad(message);
        }
        var seen = (await CallAsync("Runtime.evaluate", new() { ["expression"] = PageReport.Script, ["returnByValue"] = true, ["awaitPromise"] = true }, session, Hear))["result"]!["value"]!;
        await CallAsync("Target.closeTarget", new() { ["targetId"] = target });
        return new PageReport(errors, requests, Count("charts"), Count("drawn"), Count("pictures"), Count("broken"), Count("failures"));
        int Count(string name) => seen[name]!.GetValue<int>();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        tools?.Dispose();
        if (process is not null) await process.DisposeAsync();
        stop.Dispose();
    }

    private static bool IsLoad(JsonNode message) => message["method"]!.GetValue<string>() == "Page.loadEventFired";

    private Task<JsonObject> CallAsync(string method, JsonObject parameters, string? session = null, Action<JsonNode>? events = null) =>
        tools!.CallAsync(method, parameters, session, events, stop.Token);
}
