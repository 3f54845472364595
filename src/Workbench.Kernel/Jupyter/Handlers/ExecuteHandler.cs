using System.Text.Json.Nodes;
using Workbench.Kernel.Language;
using Workbench.Kernel.Scripting;

namespace Workbench.Kernel.Jupyter.Handlers;

/// <summary>execute_request: runs a cell, broadcasts what it shows, evaluates the front end's own expressions after it.</summary>
internal sealed class ExecuteHandler(
    SessionHost host, CellInterrupts interrupts, InputChannel input, HistoryStore history, LanguageService language, Action abortWaiting) : IRequestHandler
{
    public string MessageType => "execute_request";

    /// <summary>Called when a cell has ended.</summary>
    public Action Ended { get; init; } = static () => { };

    public async Task HandleAsync(RequestContext context)
    {
        var code = context.Content.Text("code");
        var silent = context.Content.Flag("silent");
        var counted = !silent && context.Content.Flag("store_history", missing: true);
        var count = host.ExecutionCount + (counted ? 1 : 0);
        if (!silent) context.Publish("execute_input", new JsonObject { ["code"] = WireText.Of(code), ["execution_count"] = count });
        if (PageQuestion.Of(code) is { } name)
        {
            await AnswerPageAsync(context, name, count).ConfigureAwait(false);
            return;
        }

        var publisher = new OutputPublisher(context, count); // lives on with work that the cell leaves running
        string? output = null;
        var request = Request(context, code, counted, e =>
        {
            if (e is ResultProduced result) output = result.Data.GetValueOrDefault("text/plain");
            if (!silent || e is CommSent) publisher.Receive(e);
        });
        var result = await interrupts.RunAsync(token => host.Session.ExecuteAsync(request, token)).ConfigureAwait(false);
        if (result.Status == CellStatus.Abandoned) result = Restarted(result);
        publisher.Flush();
        Ended();
        if (counted) history.Add(count, code, output);

        if (result.Error is { } error)
        {
            Fail(context, error, count, silent);
            return;
        }

        var expressions = await EvaluateAsync(context, context.Content["user_expressions"] as JsonObject).ConfigureAwait(false);
        context.Reply(new JsonObject { ["execution_count"] = count, ["payload"] = new JsonArray(), ["user_expressions"] = expressions });
    }

    private CellRequest Request(RequestContext context, string code, bool counted, Action<CellEvent> receive) => new(code, receive)
    {
        IsCounted = counted,
        Comms = host.Comms,
        Input = context.Content.Flag("allow_stdin", missing: true) ? (prompt, token) => input.Ask(context.Request, prompt, token) : null,
    };

    private void Fail(RequestContext context, CellError error, int count, bool silent)
    {
        if (context.Content.Flag("stop_on_error", missing: true)) abortWaiting();
        var content = RequestContext.Error(error.Name, error.Message, error.Traceback);
        if (!silent)
        {
            var broadcast = (JsonObject)content.DeepClone();
            broadcast.Remove("status");
            context.Publish("error", broadcast);
        }

        content["execution_count"] = count;
        content["payload"] = new JsonArray();
        content["user_expressions"] = new JsonObject();
        context.Reply(content);
    }

    /// <summary>The last step of the interrupt ladder.</summary>
    private CellResult Restarted(CellResult result)
    {
        var word = host.Replace();
        var error = result.Error!;
        return result with { Error = error with { Message = $"{error.Message} {word}", Traceback = [.. error.Traceback, word] } };
    }

    private async Task<JsonObject> EvaluateAsync(RequestContext context, JsonObject? expressions)
    {
        var values = new JsonObject();
        foreach (var (name, expression) in expressions ?? [])
        {
            ResultProduced? shown = null;
            var text = expression is JsonValue value && value.TryGetValue(out string? source) ? source : "";
            var request = Request(context, text, counted: false, e => shown = e as ResultProduced ?? shown) with { Input = null };
            var result = await interrupts.RunAsync(token => host.Session.ExecuteAsync(request, token)).ConfigureAwait(false);
            values[name] = result.Error is { } error ? RequestContext.Error(error.Name, error.Message, error.Traceback)
                : new JsonObject { ["status"] = "ok", ["data"] = shown is null ? new JsonObject() : WireText.Bundle(shown.Data), ["metadata"] = new JsonObject() };
        }

        return values;
    }

    private async Task AnswerPageAsync(RequestContext context, string name, int count)
    {
        var found = await language.InspectAsync(name, name.Length, detailed: true, CancellationToken.None).ConfigureAwait(false);
        var data = found is null ? new JsonObject { ["text/plain"] = $"'{name}' is not known here." } : WireText.Bundle(found);
        var page = new JsonObject { ["source"] = "page", ["data"] = data, ["start"] = 0 };
        context.Reply(new JsonObject { ["execution_count"] = count, ["payload"] = new JsonArray(page), ["user_expressions"] = new JsonObject() });
    }
}
