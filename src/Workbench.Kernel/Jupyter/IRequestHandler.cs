namespace Workbench.Kernel.Jupyter;

/// <summary>Answers one type of request. It is called between the status messages "busy" and "idle".</summary>
internal interface IRequestHandler
{
    /// <summary>For example "execute_request".</summary>
    string MessageType { get; }

    /// <summary>Answers the request. What it throws is logged and becomes an error reply.</summary>
    Task HandleAsync(RequestContext context);
}
