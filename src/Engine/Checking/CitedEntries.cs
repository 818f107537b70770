using System.Collections.Concurrent;
using Exchange.Engine.Ports;

namespace Exchange.Engine.Checking;

/// <summary>
/// The hashes of entries that others cite: read many at once, and kept, because the same few are cited by many.
/// Thread-safe.
/// </summary>
internal sealed class CitedEntries(ILedgerStore ledger, ExchangeId exchange)
{
    private const int KeptMax = 100_000;

    private readonly ConcurrentDictionary<(ChainId Chain, EntryIndex Index), Digest?> _hashes = new();

    /// <summary>Whether an entry was read before, and its hash; nothing where its chain does not have it.</summary>
    internal bool TryFind(ChainId chain, EntryIndex index, out Digest? hash) =>
        _hashes.TryGetValue((chain, index), out hash);

    /// <summary>Reads entries; those that there are not have no hash.</summary>
    internal async ValueTask<IReadOnlyDictionary<(ChainId Chain, EntryIndex Index), Digest?>> ReadAsync(
        IReadOnlyCollection<(ChainId Chain, EntryIndex Index)> cited, CancellationToken cancellationToken)
    {
        var hashes = cited.ToDictionary(entry => entry, entry => entry.Index == EntryIndex.BeforeFirst
            ? ChainHead.Empty(exchange, entry.Chain).Hash
            : (Digest?)null);
        ImmutableArray<ChainStretch> stretches =
        [
            .. hashes.Keys.Where(entry => entry.Index != EntryIndex.BeforeFirst)
                .Select(entry => new ChainStretch(entry.Chain, entry.Index, entry.Index)),
        ];
        await foreach (var page in ledger.ReadPagesAsync(stretches, cancellationToken))
        {
            foreach (var stored in page)
            {
                hashes[(stored.Chain, stored.Index)] = Hashes.Entry(stored.Bytes.Span);
            }
        }

        if (_hashes.Count >= KeptMax)
        {
            _hashes.Clear();
        }

        foreach (var (entry, hash) in hashes)
        {
            _hashes[entry] = hash;
        }

        return hashes;
    }
}
