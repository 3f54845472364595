using System.Text.Json.Nodes;
using Workbench.Kernel.Protocol;
using Workbench.Kernel.Scripting;

namespace Workbench.Kernel.Jupyter;

/// <summary>Questions to the user over the stdin channel, one at a time.</summary>
internal sealed class InputChannel
{
    private readonly RouterChannel stdin;
    private readonly string session;
    private readonly SemaphoreSlim turn = new(1, 1);
    private TaskCompletionSource<string>? pending;

    public InputChannel(RouterChannel stdin, string session)
    {
        (this.stdin, this.session) = (stdin, session);
        stdin.Received = Answered;
    }

    /// <summary>Asks the front end that sent the request, and waits.</summary>
    public string Ask(JupyterMessage request, InputPrompt prompt, CancellationToken cancellation)
    {
        turn.Wait(cancellation);
        try
        {
            var answer = pending = new(TaskCreationOptions.RunContinuationsAsynchronously);
            var content = new JsonObject { ["prompt"] = WireText.Of(prompt.Text), ["password"] = prompt.IsPassword };
            stdin.Send(JupyterMessage.Create("input_request", content, session, request) with { Identities = request.Identities });
            return answer.Task.WaitAsync(cancellation).GetAwaiter().GetResult();
        }
        finally
        {
            pending = null;
            turn.Release();
        }
    }

    private void Answered(JupyterMessage message)
    {
        if (message.Type == "input_reply") pending?.TrySetResult(message.Content.Text("value"));
    }
}
