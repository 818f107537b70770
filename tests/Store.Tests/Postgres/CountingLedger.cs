using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Exchange.Store.Tests.Postgres;

/// <summary>A ledger that counts the entries that are read of each chain.</summary>
internal sealed class CountingLedger(ILedgerStore inner) : ILedgerStore
{
    private readonly ConcurrentDictionary<ChainId, int> _read = new();

    internal int EntriesOf(ChainId chain) => _read.GetValueOrDefault(chain);

    internal void Forget() => _read.Clear();

    public ValueTask<AppendOutcome> AppendAsync(ChainPart part, CancellationToken cancellationToken) =>
        inner.AppendAsync(part, cancellationToken);

    public ValueTask<ImmutableArray<ChainHead?>> ReadHeadsAsync(
        ImmutableArray<ChainId> chains, CancellationToken cancellationToken) =>
        inner.ReadHeadsAsync(chains, cancellationToken);

    public ValueTask<ImmutableArray<KnownCommand?>> FindCommandsAsync(
        ImmutableArray<CommandKey> keys, CancellationToken cancellationToken) =>
        inner.FindCommandsAsync(keys, cancellationToken);

    public async IAsyncEnumerable<StoredEntry> ReadChainAsync(
        ChainId chain, EntryIndex from, EntryIndex? through,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var entry in inner.ReadChainAsync(chain, from, through, cancellationToken))
        {
            _ = _read.AddOrUpdate(chain, 1, (_, count) => count + 1);
            yield return entry;
        }
    }

    public async IAsyncEnumerable<ImmutableArray<StoredEntry>> ReadPagesAsync(
        ImmutableArray<ChainStretch> stretches, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in inner.ReadPagesAsync(stretches, cancellationToken))
        {
            foreach (var entry in page)
            {
                _ = _read.AddOrUpdate(entry.Chain, 1, (_, count) => count + 1);
            }

            yield return page;
        }
    }

    public IAsyncEnumerable<ChainWithHead> ReadChainsAsync(ChainId? after, CancellationToken cancellationToken) =>
        inner.ReadChainsAsync(after, cancellationToken);

    public ValueTask<ImmutableArray<StoredEntry>> ReadTailAsync(
        EntryPosition after, int countMax, CancellationToken cancellationToken) =>
        inner.ReadTailAsync(after, countMax, cancellationToken);

    public ValueTask<UnixMilliseconds?> ReadGreatestTimeAsync(CancellationToken cancellationToken) =>
        inner.ReadGreatestTimeAsync(cancellationToken);
}
