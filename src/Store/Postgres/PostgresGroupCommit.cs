using Microsoft.Extensions.Logging;

namespace Exchange.Store.Postgres;

/// <summary>
/// Several writers, each with chains of its own, so that several transactions are under way at once and the parts of a
/// chain keep their order.
/// </summary>
internal sealed class PostgresGroupCommit : IDisposable
{
    private readonly WriteTroubles _troubles;
    private readonly PostgresWriter[] _writers;

    internal PostgresGroupCommit(
        PostgresSessions sessions, ChainNumbers numbers, Watermark watermark, WriteTroubles troubles,
        PostgresOptions options, ILogger log)
    {
        _troubles = troubles;
        _writers =
        [
            .. Enumerable.Range(0, options.Writers).Select(
                place => new PostgresWriter(sessions, numbers, watermark, troubles, options, log, place)),
        ];
    }

    /// <summary>Why something cannot be written at present; nothing where all can.</summary>
    internal Exception? Trouble => _troubles.Current;

    /// <summary>Whether a write would fail or wait as far as is known.</summary>
    internal bool IsBlocked => _troubles.IsBlocked;

    /// <summary>Queues a part, or answers at once that it is not taken.</summary>
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
