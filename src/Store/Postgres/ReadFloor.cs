using System.Diagnostics;
using Npgsql;

namespace Exchange.Store.Postgres;

/// <summary>
/// Raises the moment that no node stores anything from before: what deliveries are judged by. Without it a withdrawal
/// that another node decided earlier and stores later would make a lawful delivery look like a breach. Appends are not
/// held up; those from before the floor are refused and decided again. Thread-safe.
/// </summary>
internal sealed class ReadFloor(PostgresSessions sessions)
{
    // What was decided a moment ago on other nodes is let through where nothing later was seen.
    private const int LetThroughMilliseconds = 1_000;

    // What other nodes catch up with before long; those that are further off are not ready.
    private const int AheadMillisecondsMax = 2_000;

    // A moment serves all reads for a while: raising it costs a commit.
    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(2);

    private readonly Lock _gate = new();
    private UnixMilliseconds _settled;
    private long _settledAt;

    // Another server, or one that went its own way, may not have the floor.
    private ServerIdentity? _server;

    /// <exception cref="StoreUnavailableException">
    /// The database cannot be used, an append does not end, or what was seen is too far ahead of the database's clock.
    /// </exception>
    internal async ValueTask<UnixMilliseconds> SettleAsync(
        UnixMilliseconds seen, UnixMilliseconds now, CancellationToken cancellationToken)
    {
        var server = sessions.Server;
        var began = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            if (_settled >= seen && _server == server && Stopwatch.GetElapsedTime(_settledAt, began) < GoodFor)
            {
                return _settled;
            }
        }

        var floor = await ChooseAsync(seen, now, cancellationToken);
        await sessions.WriteAsync(batch => batch.BatchCommands.Add(Raise(floor)), cancellationToken);
        await WaitForAppendsAsync(cancellationToken);
        lock (_gate)
        {
            _settled = _server == server ? UnixMilliseconds.Max(_settled, floor) : floor;
            (_settledAt, _server) = (began, server);
        }

        return floor;
    }

    // A node whose clock is ahead goes by the database's: the floor is everybody's.
    private async ValueTask<UnixMilliseconds> ChooseAsync(
        UnixMilliseconds seen, UnixMilliseconds now, CancellationToken cancellationToken)
    {
        var clock = await PostgresFaults.Guarded(async () =>
        {
            await using var command = sessions.Shared.CreateCommand(SqlText.Postgres.Of("read_clock"));
            return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        });
        var ahead = seen.Value - clock;
        return ahead <= AheadMillisecondsMax
            ? UnixMilliseconds.Max(seen, new(Math.Min(now.Value, clock) - LetThroughMilliseconds))
            : throw new StoreUnavailableException(
                $"Expected an entry at most {AheadMillisecondsMax} ms ahead of the database's clock, found {ahead} ms.",
                inner: null);
    }

    private static NpgsqlBatchCommand Raise(UnixMilliseconds floor)
    {
        var command = new NpgsqlBatchCommand(SqlText.Postgres.Of("raise_read_floor"));
        _ = command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = floor.Value });
        return command;
    }

    // Those that began before the floor was raised may have compared with the one before. All later ones see it.
    private async Task WaitForAppendsAsync(CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        var earlier = await ReadAppendingAsync(cancellationToken);
        while (earlier.Count > 0)
        {
            if (Stopwatch.GetElapsedTime(began) > WaitMax)
            {
                throw new StoreUnavailableException($"An append did not end within {WaitMax}.", inner: null);
            }

            await Task.Delay(Glance, cancellationToken);
            earlier.IntersectWith(await ReadAppendingAsync(cancellationToken));
        }
    }

    private ValueTask<HashSet<string>> ReadAppendingAsync(CancellationToken cancellationToken) =>
        PostgresFaults.Guarded(async () =>
        {
            var found = new HashSet<string>(StringComparer.Ordinal);
            await using var command = sessions.Shared.CreateCommand(SqlText.Postgres.Of("read_appending"));
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                _ = found.Add(reader.GetString(0));
            }

            return found;
        });
}
