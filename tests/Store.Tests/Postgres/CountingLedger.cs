using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Exchange.Store.Tests.Postgres;

/// <summary>A ledger that counts the entries that are read of each chain.</summary>
internal sealed class CountingLedger(ILedgerStore inner) : PassingLedger(inner)
{
    private readonly ConcurrentDictionary<ChainId, int> _read = new();

    internal int EntriesOf(ChainId chain) => _read.GetValueOrDefault(chain);

    internal void Forget() => _read.Clear();

    public override async IAsyncEnumerable<StoredEntry> ReadChainAsync(
        ChainId chain, EntryIndex from, EntryIndex? through,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var entry in base.ReadChainAsync(chain, from, through, cancellationToken))
        {
            _ = _read.AddOrUpdate(chain, 1, (_, count) => count + 1);
            yield return entry;
        }
    }

    public override async IAsyncEnumerable<ImmutableArray<StoredEntry>> ReadPagesAsync(
        ImmutableArray<ChainStretch> stretches, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in base.ReadPagesAsync(stretches, cancellationToken))
        {
            foreach (var entry in page)
            {
                _ = _read.AddOrUpdate(entry.Chain, 1, (_, count) => count + 1);
            }

            yield return page;
        }
    }
}
