namespace Workbench.Kernel.Scripting;

/// <summary>How a session behaves.</summary>
public sealed record ScriptSessionOptions
{
    /// <summary>The folder against which <c>#r</c>, <c>#load</c> and <c>#!import</c> resolve.</summary>
    public string Folder { get; init; } = Directory.GetCurrentDirectory();

    /// <summary>How long a stopped cell may take to end by itself before it is aborted.</summary>
    public TimeSpan CooperativeGrace { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long an aborted cell may take before it is given up.</summary>
    public TimeSpan AbortGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Where <c>#r "nuget: ..."</c> keeps its restores; null for the user's cache folder.</summary>
    public string? NuGetCache { get; init; }
}
