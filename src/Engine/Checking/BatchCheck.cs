using Exchange.Engine.Ports;

namespace Exchange.Engine.Checking;

/// <summary>Checks a batch of chains: their entries, rows and snapshots are read at once.</summary>
internal sealed class BatchCheck(CheckedStore store, CitedEntries cited)
{
    private const int CitationsMax = 4096;

    private readonly List<Citation> _open = [];

    /// <summary>What was found of each chain, in the order of the chains.</summary>
    /// <param name="rebuild">Whether rows and snapshots that differ are made anew.</param>
    internal async Task<BatchReport> RunAsync(
        ImmutableArray<ChainWithHead> batch, bool rebuild, CancellationToken cancellationToken)
    {
        var (first, last) = (batch[0].Chain, batch[^1].Chain);
        var snapshots = (await store.Snapshots.ReadRangeAsync(first, last, cancellationToken).ConfigureAwait(false))
            .ToDictionary(snapshot => snapshot.Chain);
        var chains = batch.Where(each => store.RulesOf(each.Chain.Kind) is not null).Select(each => new CheckedChain(
            store.RulesOf(each.Chain.Kind)!, store.Exchange, each,
            snapshots.GetValueOrDefault(each.Chain))).ToArray();
        await FoldAsync(batch, chains, cancellationToken).ConfigureAwait(false);
        var filed = (await store.Rows.ReadFiledAsync(first, last, cancellationToken).ConfigureAwait(false))
            .ToLookup(row => row.Chain);
        foreach (var chain in chains)
        {
            chain.Complete(filed[chain.Chain]);
        }

        var rebuilt = rebuild ? await RebuildAsync(chains, cancellationToken).ConfigureAwait(false) : 0;
        return new(
            batch.Length, chains.Sum(chain => chain.Entries), chains.Sum(chain => chain.InFlight), rebuilt,
            Findings(batch, chains));
    }

    // A chain of which nothing is known stands where it stands among the others.
    private static ImmutableArray<StoreDifference> Findings(
        ImmutableArray<ChainWithHead> batch, CheckedChain[] chains)
    {
        var findings = ImmutableArray.CreateBuilder<StoreDifference>();
        var at = 0;
        foreach (var (chain, _) in batch)
        {
            if (at < chains.Length && chains[at].Chain == chain)
            {
                findings.AddRange(chains[at++].Findings);
            }
            else
            {
                findings.Add(
                    new StoreDifference.BrokenChain(chain, new(0), "There are no grains of this kind"));
            }
        }

        return findings.DrainToImmutable();
    }

    private async Task FoldAsync(
        ImmutableArray<ChainWithHead> batch, CheckedChain[] chains, CancellationToken cancellationToken)
    {
        var heads = batch.ToDictionary(each => each.Chain, each => each.Head.Index);

        // One more than the head says, which must not be there.
        ImmutableArray<ChainStretch> stretches =
        [
            .. chains.Select(chain => new ChainStretch(
                chain.Chain, new(0), new(Math.Min(heads[chain.Chain].Value, long.MaxValue - 1) + 1))),
        ];
        var at = 0;
        await foreach (var page in store.Ledger.ReadPagesAsync(stretches, cancellationToken).ConfigureAwait(false))
        {
            foreach (var stored in page)
            {
                while (chains[at].Chain != stored.Chain)
                {
                    at++;
                }

                await AddAsync(chains[at], stored, cancellationToken).ConfigureAwait(false);
            }
        }

        foreach (var chain in chains.Where(chain => chain.GoesOn))
        {
            await foreach (var stored in store.Ledger.ReadChainAsync(
                chain.Chain, chain.Index.Next, through: null, cancellationToken).ConfigureAwait(false))
            {
                await AddAsync(chain, stored, cancellationToken).ConfigureAwait(false);
            }
        }

        await CloseAsync(cancellationToken).ConfigureAwait(false);
    }

    private ValueTask AddAsync(CheckedChain chain, StoredEntry stored, CancellationToken cancellationToken)
    {
        if (chain.Add(stored) is not { } entry)
        {
            return ValueTask.CompletedTask;
        }

        foreach (var fact in entry.Facts)
        {
            if (!cited.TryFind(fact.Chain, fact.Head.Index, out var hash) || hash != fact.Head.Hash)
            {
                // What is known to differ too, so that findings stay in the order of the entries.
                _open.Add(new(chain, entry.Index, fact.Chain, fact.Head));
            }
        }

        return _open.Count < CitationsMax ? ValueTask.CompletedTask : CloseAsync(cancellationToken);
    }

    private async ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        if (_open.Count == 0)
        {
            return;
        }

        var hashes = await cited.ReadAsync(
            [.. _open.Select(citation => (citation.Cited, citation.Expected.Index)).Distinct()], cancellationToken)
            .ConfigureAwait(false);
        foreach (var (chain, index, where, expected) in _open)
        {
            if (hashes[(where, expected.Index)] != expected.Hash)
            {
                chain.MissCited(index, where, expected);
            }
        }

        _open.Clear();
    }

    private async Task<long> RebuildAsync(CheckedChain[] chains, CancellationToken cancellationToken)
    {
        await store.Rows.ReplaceRowsAsync(
            [.. chains.Where(chain => chain.RowsDiffer).Select(chain => chain.Rows)], cancellationToken)
            .ConfigureAwait(false);
        foreach (var chain in chains.Where(chain => chain.SnapshotDiffers))
        {
            await store.Snapshots.WriteAsync(chain.SnapshotOfFold, cancellationToken).ConfigureAwait(false);
        }

        return chains.Count(chain => chain.RowsDiffer || chain.SnapshotDiffers);
    }

    private readonly record struct Citation(CheckedChain By, EntryIndex Index, ChainId Cited, ChainHead Expected);
}
