using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Workbench.Tests.Kernel.FrontEnds;

/// <summary>Debian's Jupyter Notebook, serving a folder on this machine only.</summary>
internal sealed class NotebookServer : IDisposable
{
    private readonly Process process;

    private NotebookServer(Process process, Uri address) => (this.process, Address) = (process, address);

    public Uri Address { get; }

    public static async Task<NotebookServer> StartAsync(JupyterHome home, TimeSpan patience, CancellationToken cancellation)
    {
        var port = FreePort().ToString(CultureInfo.InvariantCulture);
        var process = home.Start(
            "jupyter-notebook", "--no-browser", "--allow-root", "--ip=127.0.0.1", $"--port={port}", "--port-retries=0", "--NotebookApp.token=", "--NotebookApp.password=",
            $"--notebook-dir={home.Path}");
        _ = process.StandardOutput.ReadToEndAsync(cancellation);
        _ = process.StandardError.ReadToEndAsync(cancellation);
        var server = new NotebookServer(process, new($"http://127.0.0.1:{port}/"));
        using var http = new HttpClient();
        for (var clock = Stopwatch.StartNew(); ;)
        {
            try
            {
                await http.GetStringAsync(new Uri(server.Address, "api"), cancellation);
                return server;
            }
            catch (HttpRequestException) when (clock.Elapsed < patience && !process.HasExited)
            {
                await Task.Delay(100, cancellation);
            }
        }
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
    }
}
