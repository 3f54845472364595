using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Workbench.Kernel.Protocol;
using Xunit;

namespace Workbench.Tests.Kernel.Jupyter;

/// <summary>
/// Compares messages with approved JSON in the folder <c>Approved</c>. Ids, dates and versions are replaced first. With
/// WORKBENCH_APPROVE=1 the files are written anew, to be read and committed.
/// </summary>
internal static partial class Approved
{
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [GeneratedRegex("[0-9a-f]{32}")]
    private static partial Regex Id();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT[\d:.]+Z")]
    private static partial Regex Date();

    [GeneratedRegex(@"Workbench \d[\d.]*|\.NET \d[\d.]*(-[\w.]+)?")]
    private static partial Regex Versions();

    public static void Check(string name, Exchange exchange) => Check(name, [exchange.Reply, .. exchange.Broadcasts]);

    public static void Check(string name, IReadOnlyList<JupyterMessage> messages, [CallerFilePath] string here = "")
    {
        var json = new JsonArray([.. messages.Select(m => (JsonNode)new JsonObject
        {
            ["topic_or_identity"] = m.Identities.Count > 0 ? Encoding(m.Identities[^1]) : null,
            ["header"] = m.Header.DeepClone(),
            ["parent_header"] = new JsonObject { ["msg_type"] = m.ParentHeader["msg_type"]?.DeepClone() },
            ["metadata"] = m.Metadata.DeepClone(),
            ["content"] = m.Content.DeepClone(),
        })]);
        var received = Versions().Replace(Date().Replace(Id().Replace(json.ToJsonString(Options), "<id>"), "<date>"), "<version>") + "\n";
        var path = Path.Combine(Path.GetDirectoryName(here)!, "Approved", name + ".json");
        if (Environment.GetEnvironmentVariable("WORKBENCH_APPROVE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, received);
        }

        Assert.Equal(File.ReadAllText(path), received, ignoreLineEndingDifferences: true);
    }

    private static string Encoding(byte[] bytes) => System.Text.Encoding.UTF8.GetString(bytes);
}
