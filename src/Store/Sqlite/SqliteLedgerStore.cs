using System.Runtime.CompilerServices;

namespace Exchange.Store.Sqlite;

/// <summary>The chains.</summary>
internal sealed class SqliteLedgerStore(GroupCommit commits, ReaderPool readers) : ILedgerStore
{
    private const int PageEntries = 256;

    public async ValueTask<AppendOutcome> AppendAsync(ChainPart part, CancellationToken cancellationToken)
    {
        ChainParts.RefuseMalformed(part);
        var job = new AppendJob(part);
        commits.Add(job);
        return await job.Answer.WaitAsync(cancellationToken);
    }

    public ValueTask<ImmutableArray<ChainHead?>> ReadHeadsAsync(
        ImmutableArray<ChainId> chains, CancellationToken cancellationToken) =>
        ValueTask.FromResult(readers.Read(connection => ReadHeads(connection, chains)));

    public ValueTask<ImmutableArray<KnownCommand?>> FindCommandsAsync(
        ImmutableArray<CommandKey> keys, CancellationToken cancellationToken) =>
        ValueTask.FromResult(readers.Read(connection => FindCommands(connection, keys)));

    public async IAsyncEnumerable<StoredEntry> ReadChainAsync(
        ChainId chain, EntryIndex from, EntryIndex? through,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = through ?? new EntryIndex(long.MaxValue);
        while (true)
        {
            // Entries never change, so that each page may be of another moment.
            cancellationToken.ThrowIfCancellationRequested();
            var page = readers.Read(connection =>
            {
                var entries = ImmutableArray.CreateBuilder<StoredEntry>();
                AddEntries(connection, new(chain, from, last), PageEntries, entries);
                return entries.DrainToImmutable();
            });
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

    public async IAsyncEnumerable<ImmutableArray<StoredEntry>> ReadPagesAsync(
        ImmutableArray<ChainStretch> stretches, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (at, from) = (0, (EntryIndex?)null);
        while (at < stretches.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (var page, at, from) = readers.Read(connection => ReadPage(connection, stretches, at, from));
            if (!page.IsEmpty)
            {
                yield return page;
            }
        }
    }

    public async IAsyncEnumerable<ChainWithHead> ReadChainsAsync(
        ChainId? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var each in readers.Stream(connection => ReadChains(connection, after)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return each;
        }
    }

    public ValueTask<ImmutableArray<StoredEntry>> ReadTailAsync(
        EntryPosition after, int countMax, CancellationToken cancellationToken) =>
        ValueTask.FromResult(readers.Read(connection => ReadTail(connection, after, countMax)));

    public ValueTask<UnixMilliseconds?> ReadGreatestTimeAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(readers.Read(ReadGreatestTime));

    internal static ImmutableArray<ChainHead?> ReadHeads(SqliteConnection connection, ImmutableArray<ChainId> chains)
    {
        var heads = ImmutableArray.CreateBuilder<ChainHead?>(chains.Length);
        var statement = connection.Statement("read_head_of");
        foreach (var chain in chains)
        {
            heads.Add(statement.Bind(1, chain).Step() ? statement.Head(0) : null);
            statement.Reset();
        }

        return heads.MoveToImmutable();
    }

    private static ImmutableArray<KnownCommand?> FindCommands(
        SqliteConnection connection, ImmutableArray<CommandKey> keys)
    {
        var found = ImmutableArray.CreateBuilder<KnownCommand?>(keys.Length);
        var statement = connection.Statement("find_command");
        foreach (var (chain, actor, id) in keys)
        {
            var isKnown = statement.Bind(1, chain).Bind(3, CommandName.Of(actor, id)).Step();
            found.Add(isKnown
                ? new(new(statement.Number(0)), statement.Digest(1), new(statement.Number(2)), statement.Digest(3))
                : null);
            statement.Reset();
        }

        return found.MoveToImmutable();
    }

    // Fills a page with stretches from a place on, and moves the place behind what was read.
    private static (ImmutableArray<StoredEntry> Page, int At, EntryIndex? From) ReadPage(
        SqliteConnection connection, ImmutableArray<ChainStretch> stretches, int at, EntryIndex? from)
    {
        var entries = ImmutableArray.CreateBuilder<StoredEntry>();
        for (; at < stretches.Length; at++)
        {
            var stretch = from is { } goOn ? stretches[at] with { From = goOn } : stretches[at];
            AddEntries(connection, stretch, PageEntries - entries.Count, entries);
            if (entries.Count == PageEntries)
            {
                from = entries[^1].Index.Next;
                break;
            }

            from = null;
        }

        return (entries.DrainToImmutable(), at, from);
    }

    private static void AddEntries(
        SqliteConnection connection, ChainStretch stretch, int countMax, ImmutableArray<StoredEntry>.Builder entries)
    {
        var statement = connection.Statement("read_chain")
            .Bind(1, stretch.Chain).Bind(3, stretch.From.Value).Bind(4, stretch.Through.Value).Bind(5, countMax);
        while (statement.Step())
        {
            entries.Add(new(
                stretch.Chain, new(statement.Number(0)), new(statement.Number(1)), statement.Bytes(2).ToArray()));
        }
    }

    private static IEnumerable<ChainWithHead> ReadChains(SqliteConnection connection, ChainId? after)
    {
        var statement = connection.Statement("read_chains");
        _ = after is { } chain ? statement.Bind(1, chain) : statement.Bind(1, 0).BindText(2, "");
        while (statement.Step())
        {
            yield return new(statement.Chain(0), statement.Head(2));
        }
    }

    private static ImmutableArray<StoredEntry> ReadTail(SqliteConnection connection, EntryPosition after, int countMax)
    {
        var entries = ImmutableArray.CreateBuilder<StoredEntry>();
        var statement = connection.Statement("read_tail").Bind(1, after.Value).Bind(2, countMax);
        while (statement.Step())
        {
            entries.Add(new(
                statement.Chain(0), new(statement.Number(2)), new(statement.Number(3)), statement.Bytes(4).ToArray()));
        }

        return entries.DrainToImmutable();
    }

    private static UnixMilliseconds? ReadGreatestTime(SqliteConnection connection)
    {
        var statement = connection.Statement("read_greatest_time");
        UnixMilliseconds? time = statement.Step() ? new(statement.Number(0)) : null;
        statement.Reset();
        return time;
    }
}
