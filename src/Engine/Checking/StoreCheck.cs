using Exchange.Engine.Pipeline;
using Exchange.Engine.Ports;
using Exchange.Grains.Agreements;

namespace Exchange.Engine.Checking;

/// <summary>
/// Folds every chain and compares what is derived from it: rows, snapshots, citations. Memory grows with the longest
/// chain's rows and with nothing else. For a store that nobody writes to meanwhile.
/// </summary>
public sealed class StoreCheck(
    ILedgerStore ledger, IRowStore rows, ISnapshotStore snapshots, ExchangeId exchange,
    Func<GrainKind, GrainRules?> rulesOf)
{
    /// <summary>How many differences are listed; a store that has more needs no longer list.</summary>
    public const int DifferencesMax = 10_000;

    private const int HeadsKeptMax = 100_000;

    private readonly ImmutableArray<StoreDifference>.Builder _differences =
        ImmutableArray.CreateBuilder<StoreDifference>();

    private readonly Dictionary<(ChainId Chain, EntryIndex Index), Digest?> _cited = [];
    private long _chains;
    private long _entries;
    private long _inFlight;
    private long _rebuilt;

    /// <summary>Checks the whole store once.</summary>
    /// <param name="rebuild">Whether rows and snapshots that differ are made anew from their chains.</param>
    /// <param name="progress">Told the number of chains checked.</param>
    public async Task<StoreReport> RunAsync(
        bool rebuild, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        await foreach (var (chain, head) in ledger.ReadChainsAsync(after: null, cancellationToken))
        {
            await CheckChainAsync(chain, head, rebuild, cancellationToken);
            progress?.Report(++_chains);
        }

        await CheckStrayRowsAsync(rebuild, cancellationToken);
        return new(_chains, new(_entries), _inFlight, _rebuilt, _differences.ToImmutable());
    }

    private async Task CheckChainAsync(
        ChainId chain, ChainHead head, bool rebuild, CancellationToken cancellationToken)
    {
        if (rulesOf(chain.Kind) is not { } rules)
        {
            Report(new StoreDifference.BrokenChain(chain, new(0), "There are no grains of this kind"));
            return;
        }

        var snapshot = await snapshots.ReadAsync(chain, cancellationToken);
        var atSnapshot = (Belief?)null;
        var fold = new ChainFold(rules, exchange, chain);
        var folded = RowFold.Empty;
        try
        {
            await foreach (var stored in ledger.ReadChainAsync(chain, new(0), through: null, cancellationToken))
            {
                var entry = fold.AddWithRows(stored.Bytes);
                folded = RowFold.Change(folded, entry.Changes);
                atSnapshot = fold.Head == snapshot?.Head ? fold.Belief : atSnapshot;
                await CheckCitationsAsync(entry.Entry, cancellationToken);
                _entries++;
            }

            if (fold.Head != head)
            {
                throw new ChainBrokenException(
                    chain, fold.Head.Index.Next, $"Expected the head {head}, found {fold.Head}");
            }
        }
        catch (ChainBrokenException broken)
        {
            Report(new StoreDifference.BrokenChain(broken.Chain, broken.Index, broken.Reason));
            return;
        }

        var rowsDiffer = CompareRows(
            chain, folded, await rows.ReadRowsOfAsync(chain, cancellationToken),
            await rows.ReadMisfiledOfAsync(chain, cancellationToken));
        var snapshotDiffers = CompareSnapshot(rules, snapshot, atSnapshot);
        CheckProcess(chain, fold.State);
        if (rebuild && (rowsDiffer || snapshotDiffers))
        {
            await RebuildAsync(rules, chain, fold.Belief, folded.Values, cancellationToken);
        }
    }

    private async Task RebuildAsync(
        GrainRules rules, ChainId chain, Belief belief, IEnumerable<Row> folded, CancellationToken cancellationToken)
    {
        await rows.ReplaceRowsAsync(chain, [.. folded], cancellationToken);
        var writer = new CanonicalWriter();
        rules.WriteState(writer, belief.State);
        await snapshots.WriteAsync(
            new(chain, belief.Head, belief.HeadTime, rules.StateVersion, writer.ToArray()), cancellationToken);
        _rebuilt++;
    }

    private bool CompareRows(
        ChainId chain, ImmutableSortedDictionary<(RowTable Table, string Item), Row> expected,
        ImmutableArray<Row> found,
        ImmutableArray<(RowTable Table, string Item)> misfiled)
    {
        var before = _differences.Count;
        var left = expected;
        foreach (var row in found)
        {
            if (!left.TryGetValue((row.Table, row.Item), out var right))
            {
                Report(new StoreDifference.SurplusRow(chain, row.Table, row.Item, ChainExists: true));
                continue;
            }

            left = left.Remove((row.Table, row.Item));

            // What lists are made by counts as much as the row: a delivery finds its consents that way.
            if (!RowBytes.Of(right).AsSpan().SequenceEqual(RowBytes.Of(row))
                || misfiled.Contains((row.Table, row.Item)))
            {
                Report(new StoreDifference.OtherRow(chain, row.Table, row.Item));
            }
        }

        foreach (var missing in left.Values)
        {
            Report(new StoreDifference.MissingRow(chain, missing.Table, missing.Item));
        }

        return _differences.Count > before;
    }

    private bool CompareSnapshot(GrainRules rules, Snapshot? snapshot, Belief? expected)
    {
        // A version that this code does not know is ignored by the reader, so it is no fault.
        if (snapshot is null || snapshot.StateVersion != rules.StateVersion)
        {
            return false;
        }

        if (expected is null)
        {
            Report(new StoreDifference.SnapshotOffChain(snapshot.Chain, snapshot.Head));
            return true;
        }

        var writer = new CanonicalWriter();
        rules.WriteState(writer, expected.State);
        if (writer.Written.SequenceEqual(snapshot.State.Span) && snapshot.HeadTime == expected.HeadTime)
        {
            return false;
        }

        Report(new StoreDifference.OtherSnapshot(snapshot.Chain, snapshot.Head.Index));
        return true;
    }

    private async ValueTask CheckCitationsAsync(Entry entry, CancellationToken cancellationToken)
    {
        foreach (var fact in entry.Facts)
        {
            var found = fact.Head.Index == EntryIndex.BeforeFirst
                ? ChainHead.Empty(exchange, fact.Chain).Hash
                : await CitedAsync(fact.Chain, fact.Head.Index, cancellationToken);
            if (found != fact.Head.Hash)
            {
                Report(new StoreDifference.CitationOffChain(entry.Chain, entry.Index, fact.Chain, fact.Head));
            }
        }
    }

    private async ValueTask<Digest?> CitedAsync(ChainId chain, EntryIndex index, CancellationToken cancellationToken)
    {
        if (_cited.TryGetValue((chain, index), out var kept))
        {
            return kept;
        }

        Digest? hash = null;
        await foreach (var stored in ledger.ReadChainAsync(chain, index, index, cancellationToken))
        {
            hash = Hashes.Entry(stored.Bytes.Span);
        }

        if (_cited.Count >= HeadsKeptMax)
        {
            _cited.Clear();
        }

        return _cited[(chain, index)] = hash;
    }

    // What is noted on one chain and not on the other is on its way, or parked: at rest it is one-sided.
    private void CheckProcess(ChainId chain, GrainState state)
    {
        if (state is not AgreementState agreement)
        {
            return;
        }

        foreach (var (step, status) in agreement.Registrations)
        {
            _inFlight += status == RegistrationStatus.Open ? 1 : 0;
            if (status == RegistrationStatus.Parked)
            {
                Report(new StoreDifference.OneSided(chain, step.ToString()));
            }
        }
    }

    private async Task CheckStrayRowsAsync(bool rebuild, CancellationToken cancellationToken)
    {
        await foreach (var chain in rows.ReadChainsWithRowsAsync(cancellationToken))
        {
            if ((await ledger.ReadHeadsAsync([chain], cancellationToken))[0] is not null)
            {
                continue;
            }

            foreach (var row in await rows.ReadRowsOfAsync(chain, cancellationToken))
            {
                Report(new StoreDifference.SurplusRow(chain, row.Table, row.Item, ChainExists: false));
            }

            if (rebuild)
            {
                await rows.ReplaceRowsAsync(chain, [], cancellationToken);
                _rebuilt++;
            }
        }
    }

    private void Report(StoreDifference difference)
    {
        if (_differences.Count < DifferencesMax)
        {
            _differences.Add(difference);
        }
    }
}
