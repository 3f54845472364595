namespace Workbench.Tests.Personalization;

/// <summary>Hears of progress on the reporting thread, unlike <see cref="Progress{T}"/>.</summary>
internal sealed class Immediate<T>(Action<T> handler) : IProgress<T>
{
    public void Report(T value) => handler(value);
}
