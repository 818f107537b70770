using System.Runtime.CompilerServices;

namespace Exchange.Store.Memory;

/// <summary>
/// Chains, ids and rows in memory: the same promises as a database but for surviving the process. For tests, which may
/// have it fail. A second engine over the same store is like a second process.
/// </summary>
public sealed class MemoryLedgerStore : ILedgerStore
{
    private const int PageEntries = 256;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<ChainId, List<StoredEntry>> _chains = [];
    private readonly Dictionary<ChainId, ChainHead> _heads = [];
    private readonly Dictionary<CommandKey, KnownCommand> _commands = [];
    private readonly List<StoredEntry> _log = [];
    private UnixMilliseconds? _greatest;
    private int _appends;

    /// <summary>What the next appends meet.</summary>
    public MemoryFaults Faults { get; } = new();

    /// <summary>How many parts were stored.</summary>
    public int AppendCount => Volatile.Read(ref _appends);

    internal MemoryTables Tables { get; } = new();

    public async ValueTask<AppendOutcome> AppendAsync(ChainPart part, CancellationToken cancellationToken)
    {
        // Asynchronous always, as a database is: callers must not rely on an answer before the call returns.
        await Task.Yield();
        await Faults.PassAsync();
        Faults.RefuseWhereDown();
        var fault = Faults.Next();
        var outcome = fault is { Stored: false } ? AppendOutcome.Unknown : Store(part);
        return fault?.Fault switch
        {
            null => outcome,
            MemoryFault.OutcomeUnknown => AppendOutcome.Unknown,
            MemoryFault.Broken => throw new StoreUnavailableException("The connection was lost.", inner: null),
            MemoryFault.HeadMoved => AppendOutcome.HeadMoved,
            _ => AppendOutcome.Unavailable,
        };
    }

    public bool ComparesCited => true;

    public ValueTask<ImmutableArray<ChainHead?>> ReadHeadsAsync(
        ImmutableArray<ChainId> chains, CancellationToken cancellationToken)
    {
        Faults.RefuseWhereDown();
        lock (_lock)
        {
            return new([.. chains.Select(FindHead)]);
        }
    }

    public ValueTask<ImmutableArray<KnownCommand?>> FindCommandsAsync(
        ImmutableArray<CommandKey> keys, CancellationToken cancellationToken)
    {
        Faults.RefuseWhereDown();
        lock (_lock)
        {
            return new([.. keys.Select(key => _commands.GetValueOrDefault(key))]);
        }
    }

    public async IAsyncEnumerable<StoredEntry> ReadChainAsync(
        ChainId chain, EntryIndex from, EntryIndex? through,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        Faults.RefuseWhereDown();
        StoredEntry[] entries;
        lock (_lock)
        {
            entries = _chains.TryGetValue(chain, out var all)
                ? [.. all.Where(entry => entry.Index >= from && (through is null || entry.Index <= through))]
                : [];
        }

        foreach (var entry in entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return entry;
        }
    }

    public async IAsyncEnumerable<ImmutableArray<StoredEntry>> ReadPagesAsync(
        ImmutableArray<ChainStretch> stretches, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var page = ImmutableArray.CreateBuilder<StoredEntry>();
        foreach (var (chain, from, through) in stretches)
        {
            await foreach (var entry in ReadChainAsync(chain, from, through, cancellationToken))
            {
                page.Add(entry);
                if (page.Count == PageEntries)
                {
                    yield return page.DrainToImmutable();
                }
            }
        }

        if (page.Count > 0)
        {
            yield return page.DrainToImmutable();
        }
    }

    public async IAsyncEnumerable<ChainWithHead> ReadChainsAsync(
        ChainId? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        Faults.RefuseWhereDown();
        ChainWithHead[] chains;
        lock (_lock)
        {
            chains =
            [
                .. _chains.Keys.Where(chain => after is null || chain > after)
                    .Select(chain => new ChainWithHead(chain, _heads[chain])),
            ];
        }

        foreach (var chain in chains)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return chain;
        }
    }

    public ValueTask<ImmutableArray<StoredEntry>> ReadTailAsync(
        EntryPosition after, int countMax, CancellationToken cancellationToken)
    {
        Faults.RefuseWhereDown();
        lock (_lock)
        {
            return new([.. _log.Skip((int)after.Value).Take(countMax)]);
        }
    }

    public ValueTask<UnixMilliseconds?> ReadGreatestTimeAsync(CancellationToken cancellationToken)
    {
        Faults.RefuseWhereDown();
        lock (_lock)
        {
            return new(_greatest);
        }
    }

    /// <summary>
    /// Puts other bytes in place of an entry's, as somebody with access to the disk could; for tests.
    /// </summary>
    public void Tamper(ChainId chain, EntryIndex index, ReadOnlyMemory<byte> bytes)
    {
        lock (_lock)
        {
            var entries = _chains[chain];
            entries[(int)index.Value] = entries[(int)index.Value] with { Bytes = bytes };
        }
    }

    /// <summary>Drops a chain's last entry and keeps its head, as a torn file could; for tests.</summary>
    public void Cut(ChainId chain)
    {
        lock (_lock)
        {
            var entries = _chains[chain];
            entries.RemoveAt(entries.Count - 1);
        }
    }

    internal ChainHead? FindHead(ChainId chain) => _heads.TryGetValue(chain, out var head) ? head : null;

    /// <summary>Reads rows and heads of one moment.</summary>
    internal T Read<T>(Func<MemoryTables, T> read)
    {
        Faults.RefuseWhereDown();
        lock (_lock)
        {
            return read(Tables);
        }
    }

    private AppendOutcome Store(ChainPart part)
    {
        ChainParts.RefuseMalformed(part);
        lock (_lock)
        {
            // A chain without entries has no head here; what its genesis value is, only the exchange knows.
            if (FindHead(part.Chain) is { } head ? head != part.Expected : !part.Expected.IsEmpty)
            {
                return AppendOutcome.HeadMoved;
            }

            if (part.Cited.Any(cited => FindHead(cited.Chain) != cited.Head))
            {
                return AppendOutcome.CitedMoved;
            }

            var keys = part.Entries.Select(entry => new CommandKey(part.Chain, entry.Actor, entry.CommandId)).ToArray();
            if (keys.Any(_commands.ContainsKey) || keys.Distinct().Count() != keys.Length)
            {
                return AppendOutcome.CommandKnown;
            }

            foreach (var entry in part.Entries)
            {
                Add(part.Chain, entry);
            }

            Tables.Change(part.Rows);
            _appends++;
            return AppendOutcome.Stored;
        }
    }

    private void Add(ChainId chain, PendingEntry entry)
    {
        var stored = new StoredEntry(chain, entry.Index, new(_log.Count + 1), entry.Bytes.ToArray());
        if (!_chains.TryGetValue(chain, out var entries))
        {
            _chains.Add(chain, entries = []);
        }

        entries.Add(stored);
        _log.Add(stored);
        _heads[chain] = new(entry.Index, entry.Hash);
        _commands.Add(
            new(chain, entry.Actor, entry.CommandId), new(entry.Index, entry.Hash, entry.RecordedAt, entry.Intent));
        _greatest = _greatest is { } greatest ? UnixMilliseconds.Max(greatest, entry.RecordedAt) : entry.RecordedAt;
    }
}
