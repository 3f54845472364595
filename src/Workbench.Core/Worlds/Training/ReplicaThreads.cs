using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using TorchSharp;

namespace Workbench.Worlds.Training;

/// <summary>A fixed set of threads, one a model replica, that run one piece of work together and wait for each other.</summary>
/// <remarks>Two single-threaded replicas train faster than one model on two OpenMP threads (measured 2-5 times).</remarks>
internal sealed class ReplicaThreads : IDisposable
{
    private readonly BlockingCollection<Action>[] queues;

    public ReplicaThreads(int count)
    {
        queues = [.. Enumerable.Range(0, count).Select(_ => new BlockingCollection<Action>())];
        foreach (var queue in queues)
        {
            new Thread(() =>
            {
                torch.set_num_threads(1);
                foreach (var work in queue.GetConsumingEnumerable()) work();
            })
            { IsBackground = true, Name = "replica" }.Start();
        }
    }

    /// <summary>Runs <paramref name="work"/>(replica) on every thread and returns the results in order of the replicas.</summary>
    public T[] Run<T>(Func<int, T> work)
    {
        var results = new T[queues.Length];
        ExceptionDispatchInfo? failure = null;
        using var done = new CountdownEvent(queues.Length);
        for (var i = 0; i < queues.Length; i++)
        {
            var replica = i;
            queues[i].Add(() =>
            {
                try
                {
                    results[replica] = work(replica);
                }
                catch (Exception e)
                {
                    failure = ExceptionDispatchInfo.Capture(e);
                }
                finally
                {
                    done.Signal();
                }
            });
        }
        done.Wait();
        failure?.Throw();
        return results;
    }

    public void Dispose()
    {
        foreach (var queue in queues) queue.CompleteAdding();
    }
}
