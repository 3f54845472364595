using System.Text.Encodings.Web;
using Microsoft.DotNet.Interactive.Formatting;

namespace Workbench.Kernel.Display;

/// <summary>Formatters that belong to the host and to no model: exceptions, tasks.</summary>
internal static class HostFormatters
{
    private static readonly Lazy<bool> Registered = new(() =>
    {
        Formatter.Register<Exception>(e => $"{e.GetType().FullName}: {e.Message}", "text/plain");
        Formatter.Register<Exception>(
            e => $"<details><summary><code>{Encode($"{e.GetType().FullName}: {e.Message}")}</code></summary><pre>{Encode(e.StackTrace ?? "not thrown")}</pre></details>",
            "text/html");
        Formatter.Register<Task>(Describe, "text/plain");
        Formatter.Register<Task>(t => $"<code>{Encode(Describe(t))}</code>", "text/html");
        return true;
    });

    public static void Register() => _ = Registered.Value;

    private static string Describe(Task task)
    {
        var name = TypeNames.Of(task.GetType().IsGenericType ? typeof(Task<>).MakeGenericType(task.GetType().GetGenericArguments()[0]) : typeof(Task));
        return task.Status switch
        {
            TaskStatus.RanToCompletion => $"{name}, completed (await it for its value)",
            TaskStatus.Faulted => $"{name}, failed: {task.Exception?.InnerException?.Message}",
            TaskStatus.Canceled => $"{name}, cancelled",
            _ => $"{name}, running (await it for its value)",
        };
    }

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
