using System.Runtime.CompilerServices;
using Npgsql;
using NpgsqlTypes;

namespace Exchange.Store.Postgres;

/// <summary>The chains.</summary>
internal sealed class PostgresLedgerStore(
    PostgresGroupCommit commits, PostgresSessions sessions, ChainNumbers numbers, Watermark watermark) : ILedgerStore
{
    private const int PageEntries = 512;

    private readonly ReadFloor _floor = new(sessions);

    public bool ComparesCited => true;

    public async ValueTask<AppendOutcome> AppendAsync(ChainPart part, CancellationToken cancellationToken)
    {
        ChainParts.RefuseMalformed(part);
        var job = new PostgresAppend(part);
        commits.Add(job);
        return await job.Task.WaitAsync(cancellationToken);
    }

    public ValueTask<ImmutableArray<ChainHead?>> ReadHeadsAsync(
        ImmutableArray<ChainId> chains, CancellationToken cancellationToken) =>
        PostgresFaults.Guarded(() => FindHeadsAsync(chains, cancellationToken));

    public ValueTask<ImmutableArray<KnownCommand?>> FindCommandsAsync(
        ImmutableArray<CommandKey> keys, CancellationToken cancellationToken) =>
        PostgresFaults.Guarded(async () =>
        {
            var found = new KnownCommand?[keys.Length];
            await using var command = sessions.Shared.CreateCommand(SqlText.Postgres.Of("find_commands"));
            Add(command, NpgsqlDbType.Smallint, [.. keys.Select(key => (short)key.Chain.Kind)]);
            Add(command, NpgsqlDbType.Text, [.. keys.Select(key => key.Chain.Key.Value)]);
            Add(command, NpgsqlDbType.Uuid, [.. keys.Select(
                key => new Guid(CommandName.Of(key.Actor, key.CommandId), bigEndian: true))]);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                var body = reader.GetFieldValue<byte[]>(2);
                found[reader.GetInt64(0) - 1] = KnownOf(new(reader.GetInt64(1)), body);
                watermark.AcknowledgeFound(SeenEntry.Of(new(reader.GetInt64(3)), body));
            }

            return ImmutableArray.Create(found);
        });

    public async IAsyncEnumerable<StoredEntry> ReadChainAsync(
        ChainId chain, EntryIndex from, EntryIndex? through,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await FindNumberAsync(chain, cancellationToken) is not { } number)
        {
            yield break;
        }

        var last = through ?? new EntryIndex(long.MaxValue);
        while (true)
        {
            // Entries never change, so that each page may be of another moment.
            var next = from;
            var page = await PostgresFaults.Guarded(() => ReadPageAsync(chain, number, next, last, cancellationToken));
            foreach (var entry in page)
            {
                yield return entry;
            }

            if (page.Length < PageEntries)
            {
                break;
            }

            from = page[^1].Index.Next;
        }
    }

    public IAsyncEnumerable<ImmutableArray<StoredEntry>> ReadPagesAsync(
        ImmutableArray<ChainStretch> stretches, CancellationToken cancellationToken) =>
        new PostgresPages(sessions, stretches).ReadAsync(cancellationToken);

    public async IAsyncEnumerable<ChainWithHead> ReadChainsAsync(
        ChainId? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var connection = await PostgresFaults.Guarded(
            () => sessions.Shared.OpenConnectionAsync(cancellationToken));
        await using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(new(SqlText.Postgres.Of("lift_time_limit")));
        var all = new NpgsqlBatchCommand(SqlText.Postgres.Of("read_chains"));
        _ = all.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)(after?.Kind ?? GrainKind.None) });
        _ = all.Parameters.Add(new NpgsqlParameter<string> { TypedValue = after?.Key.Value ?? "" });
        batch.BatchCommands.Add(all);
        await using var reader = await PostgresFaults.GuardedOnce<NpgsqlDataReader>(async () =>
        {
            var opened = await batch.ExecuteReaderAsync(cancellationToken);
            _ = await opened.NextResultAsync(cancellationToken);
            return opened;
        });
        var isDone = false;
        try
        {
            while (await PostgresFaults.GuardedOnce<bool>(() => new(reader.ReadAsync(cancellationToken))))
            {
                yield return new(ChainOf(reader, 0), HeadOf(reader, 2));
            }

            isDone = true;
        }
        finally
        {
            if (!isDone)
            {
                // Whoever leaves early must not wait for all the others.
                batch.Cancel();
            }
        }
    }

    public ValueTask<ImmutableArray<StoredEntry>> ReadTailAsync(
        EntryPosition after, int countMax, CancellationToken cancellationToken) =>
        PostgresFaults.Guarded(async () =>
        {
            await using var command = sessions.Shared.CreateCommand(SqlText.Postgres.Of("read_tail"));
            _ = command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after.Value });
            _ = command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = countMax });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var entries = ImmutableArray.CreateBuilder<StoredEntry>();
            while (await reader.ReadAsync(cancellationToken))
            {
                entries.Add(new(
                    ChainOf(reader, 0), new(reader.GetInt64(2)), new(reader.GetInt64(3)),
                    reader.GetFieldValue<byte[]>(4)));
            }

            return entries.DrainToImmutable();
        });

    public ValueTask<UnixMilliseconds> SettleAsync(
        UnixMilliseconds seen, UnixMilliseconds now, CancellationToken cancellationToken) =>
        _floor.SettleAsync(seen, now, cancellationToken);

    public ValueTask<UnixMilliseconds?> ReadGreatestTimeAsync(CancellationToken cancellationToken) =>
        PostgresFaults.Guarded(async () =>
        {
            await using var command = sessions.Shared.CreateCommand(SqlText.Postgres.Of("read_greatest_time"));
            return await command.ExecuteScalarAsync(cancellationToken) is long time
                ? new UnixMilliseconds(time)
                : (UnixMilliseconds?)null;
        });

    private static void Add<T>(NpgsqlCommand command, NpgsqlDbType type, T[] values) =>
        command.Parameters.Add(
            new NpgsqlParameter<T[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type });

    private static ChainId ChainOf(NpgsqlDataReader reader, int column) =>
        new((GrainKind)reader.GetInt16(column), GrainKey.Parse(reader.GetString(column + 1)));

    private static ChainHead HeadOf(NpgsqlDataReader reader, int column) =>
        new(new(reader.GetInt64(column)), new(reader.GetFieldValue<byte[]>(column + 1)));

    // Everything about a command stands in its entry, and nowhere else in the database.
    private static KnownCommand KnownOf(EntryIndex index, byte[] body)
    {
        var entry = EntryCodec.Decode(body);
        return new(index, Hashes.Entry(body), entry.RecordedAt, Hashes.Command(entry.Actor.Id, entry.Command));
    }

    private async ValueTask<ImmutableArray<ChainHead?>> FindHeadsAsync(
        ImmutableArray<ChainId> chains, CancellationToken cancellationToken)
    {
        var heads = new ChainHead?[chains.Length];
        await using var command = sessions.Shared.CreateCommand(SqlText.Postgres.Of("find_chains"));
        Add(command, NpgsqlDbType.Smallint, [.. chains.Select(chain => (short)chain.Kind)]);
        Add(command, NpgsqlDbType.Text, [.. chains.Select(chain => chain.Key.Value)]);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var at = (int)reader.GetInt64(0) - 1;
            heads[at] = HeadOf(reader, 2);
            numbers.Add(chains[at], reader.GetInt64(1));
        }

        return ImmutableArray.Create(heads);
    }

    private async ValueTask<long?> FindNumberAsync(ChainId chain, CancellationToken cancellationToken)
    {
        if (numbers.Find(chain) is { } known)
        {
            return known;
        }

        _ = await ReadHeadsAsync([chain], cancellationToken);
        return numbers.Find(chain);
    }

    private async ValueTask<ImmutableArray<StoredEntry>> ReadPageAsync(
        ChainId chain, long number, EntryIndex from, EntryIndex last, CancellationToken cancellationToken)
    {
        await using var command = sessions.Shared.CreateCommand(SqlText.Postgres.Of("read_chain"));
        _ = command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = number });
        _ = command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = from.Value });
        _ = command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = last.Value });
        _ = command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = PageEntries });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var entries = ImmutableArray.CreateBuilder<StoredEntry>();
        while (await reader.ReadAsync(cancellationToken))
        {
            entries.Add(new(
                chain, new(reader.GetInt64(0)), new(reader.GetInt64(1)), reader.GetFieldValue<byte[]>(2)));
        }

        return entries.DrainToImmutable();
    }
}
