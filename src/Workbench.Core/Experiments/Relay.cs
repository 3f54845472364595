namespace Workbench.Experiments;

/// <summary>Passes progress on at once, on the reporting thread, unlike <see cref="Progress{T}"/>.</summary>
internal sealed class Relay<T>(Action<T> handler) : IProgress<T>
{
    public void Report(T value) => handler(value);
}
