using Microsoft.Extensions.Logging;

namespace Exchange.Store.Postgres;

/// <summary>
/// Several writers, each with chains of its own, so that several transactions are under way at once and the parts of a
/// chain keep their order.
/// </summary>
internal sealed class PostgresGroupCommit : IDisposable
{
    private readonly PostgresWriter[] _writers;

    internal PostgresGroupCommit(
        PostgresSessions sessions, ChainNumbers numbers, Watermark watermark, PostgresOptions options, ILogger log) =>
        _writers =
        [
            .. Enumerable.Range(0, options.Writers).Select(
                place => new PostgresWriter(sessions, numbers, watermark, options, log, place)),
        ];

    /// <summary>Why nothing can be written at present; nothing where it can.</summary>
    internal Exception? Trouble => System.Array.Find(_writers, writer => writer.Trouble is not null)?.Trouble;

    /// <summary>Queues a part, or answers at once that the store is unavailable.</summary>
    internal void Add(PostgresAppend job) =>
        _writers[(job.Part.Chain.GetHashCode() & int.MaxValue) % _writers.Length].Add(job);

    /// <summary>Lets what waits be written, then ends the threads.</summary>
    public void Dispose()
    {
        foreach (var writer in _writers)
        {
            writer.Close();
        }

        foreach (var writer in _writers)
        {
            writer.Dispose();
        }
    }
}
