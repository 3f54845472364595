using System.Diagnostics;

namespace Workbench.Tests.Browser;

/// <summary>A headless Chromium with a profile of its own that ends, with its children, when it is disposed.</summary>
internal sealed class ChromiumProcess : IAsyncDisposable
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "chrome"];
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(50);
    private readonly TemporaryFolder profile = new();
    private readonly Process process;

    private ChromiumProcess(string program, string[] options)
    {
        process = Process.Start(new ProcessStartInfo(program,
        [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1200,1000", "--remote-debugging-port=0",
            $"--user-data-dir={profile.Path}", .. options, "about:blank",
        ])
        { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.ErrorDataReceived += (_, _) => { };
        process.OutputDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
    }

    /// <summary>The program, where there is one on the path.</summary>
    public static string? Program =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).SelectMany(f => Names.Select(n => Path.Combine(f, n))).FirstOrDefault(File.Exists);

    /// <summary>The browser's own debugging address.</summary>
    public Uri Address { get; private set; } = new("ws://127.0.0.1");

    /// <summary>Starts the program and waits until it listens.</summary>
    /// <param name="program">See <see cref="Program"/>.</param>
    /// <param name="options">Options of this use.</param>
    /// <param name="patience">How long to wait.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public static async Task<ChromiumProcess> StartAsync(string program, string[] options, TimeSpan patience, CancellationToken cancellation)
    {
        var browser = new ChromiumProcess(program, options);
        try
        {
            var file = browser.profile.File("DevToolsActivePort");
            string[] lines;
            for (var clock = Stopwatch.StartNew(); (lines = File.Exists(file) ? await File.ReadAllLinesAsync(file, cancellation) : []).Length < 2; await Task.Delay(Beat, cancellation))
            {
                if (browser.process.HasExited) throw new InvalidOperationException($"Chromium ended with code {browser.process.ExitCode} before it listened.");
                if (clock.Elapsed > patience) throw new TimeoutException("Chromium did not open its debugging port.");
            }
            browser.Address = new($"ws://127.0.0.1:{lines[0]}{lines[1]}");
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
        for (var tries = 0; ; tries++)
        {
            try
            {
                profile.Dispose();
                return;
            }
            catch (IOException) when (tries < 40)
            {
                await Task.Delay(Beat, CancellationToken.None); // its last child still writes
            }
        }
    }
}
