namespace Workbench.Tests.Browser;

/// <summary>What a browser saw in a notebook's page.</summary>
/// <param name="Errors">Script errors and console errors.</param>
/// <param name="Requests">Addresses outside the file that the page asked for.</param>
/// <param name="Charts">Places for charts.</param>
/// <param name="Drawn">Those of them in which something is drawn.</param>
/// <param name="Pictures">Pictures.</param>
/// <param name="Broken">Those of them that did not load.</param>
/// <param name="Failures">Outputs that report an error of a cell.</param>
internal sealed record PageReport(IReadOnlyList<string> Errors, IReadOnlyList<string> Requests, int Charts, int Drawn, int Pictures, int Broken, int Failures)
{
    /// <summary>Counts in the page. A chart is drawn when it has a size and a trace has shapes; axes alone are no chart.</summary>
    public const string Script =
        """
        (async function () {
          await Promise.all(Array.from(document.images, function (image) { return image.decode().catch(function () {}); }));
          var places = Array.from(document.querySelectorAll('.workbench-plotly'));
          var drawn = places.filter(function (place) {
            var box = place.getBoundingClientRect();
            var shapes = place.querySelectorAll('.main-svg .point path, .main-svg .points path, .main-svg .trace path, .main-svg .hm image, .main-svg .heatmaplayer image');
            return box.width > 100 && box.height > 100 && shapes.length > 0;
          });
          return {
            charts: places.length, drawn: drawn.length, pictures: document.images.length,
            broken: Array.from(document.images).filter(function (image) { return image.naturalWidth === 0; }).length,
            failures: document.querySelectorAll('pre.error').length
          };
        })()
        """;

    /// <summary>What is wrong, a line each; none if the page is whole.</summary>
    public IReadOnlyList<string> Faults() =>
    [
        .. Errors.Select(e => $"script error: {e}"),
        .. Requests.Select(r => $"asks the network for {r}"),
        .. Drawn < Charts ? [$"{Charts - Drawn} of {Charts} charts are not drawn"] : Array.Empty<string>(),
        .. Broken > 0 ? [$"{Broken} of {Pictures} pictures are broken"] : Array.Empty<string>(),
        .. Failures > 0 ? [$"{Failures} cells failed"] : Array.Empty<string>(),
    ];
}
