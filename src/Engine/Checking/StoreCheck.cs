using Exchange.Engine.Pipeline;
using Exchange.Engine.Ports;

namespace Exchange.Engine.Checking;

/// <summary>
/// Folds every chain and compares what is derived from it: rows, snapshots, citations. Chains are checked a batch at a
/// time and as many batches at once as there are processors; what is found comes in the order of the chains all the
/// same. Memory grows with the longest chain's rows and with nothing else. For a store that nobody writes to meanwhile.
/// </summary>
public sealed class StoreCheck
{
    /// <summary>How many differences are listed; a store that has more needs no longer list.</summary>
    public const int DifferencesMax = 10_000;

    private readonly ImmutableArray<StoreDifference>.Builder _differences =
        ImmutableArray.CreateBuilder<StoreDifference>();

    private readonly CheckedStore _store;
    private readonly CitedEntries _cited;
    private long _chains;
    private long _entries;
    private long _inFlight;
    private long _rebuilt;

    public StoreCheck(
        ILedgerStore ledger, IRowStore rows, ISnapshotStore snapshots, ExchangeId exchange,
        Func<GrainKind, GrainRules?> rulesOf)
    {
        _store = new(ledger, rows, snapshots, exchange, rulesOf);
        _cited = new(ledger, exchange);
    }

    /// <summary>Checks the whole store once.</summary>
    /// <param name="rebuild">Whether rows and snapshots that differ are made anew from their chains.</param>
    /// <param name="progress">Told the number of chains checked.</param>
    public async Task<StoreReport> RunAsync(
        bool rebuild, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        await CheckChainsAsync(rebuild, progress, cancellationToken);
        await CheckStrayRowsAsync(rebuild, cancellationToken);
        return new(_chains, new(_entries), _inFlight, _rebuilt, _differences.ToImmutable());
    }

    private async Task CheckChainsAsync(bool rebuild, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = new Queue<Task<BatchReport>>();
        try
        {
            await foreach (var batch in ChainBatches.OfAsync(
                _store.Ledger.ReadChainsAsync(after: null, stop.Token), stop.Token))
            {
                if (running.Count >= Math.Max(2, Environment.ProcessorCount))
                {
                    Add(await running.Dequeue(), progress);
                }

                running.Enqueue(Task.Run(
                    () => new BatchCheck(_store, _cited).RunAsync(batch, rebuild, stop.Token), stop.Token));
            }

            while (running.TryDequeue(out var next))
            {
                Add(await next, progress);
            }
        }
        finally
        {
            // Nothing goes on once this has failed.
            await stop.CancelAsync();
            foreach (var left in running)
            {
                await Task.WhenAny(left);
            }
        }
    }

    private void Add(BatchReport batch, IProgress<long>? progress)
    {
        _chains += batch.Chains;
        _entries += batch.Entries;
        _inFlight += batch.InFlight;
        _rebuilt += batch.Rebuilt;
        foreach (var difference in batch.Findings)
        {
            Report(difference);
        }

        progress?.Report(_chains);
    }

    private async Task CheckStrayRowsAsync(bool rebuild, CancellationToken cancellationToken)
    {
        await foreach (var chains in _store.Rows.ReadChainsWithRowsAsync(cancellationToken)
            .Chunk(ChainBatches.ChainsMax).WithCancellation(cancellationToken))
        {
            var heads = await _store.Ledger.ReadHeadsAsync([.. chains], cancellationToken);
            ImmutableArray<ChainId> stray = [.. chains.Where((_, at) => heads[at] is null)];
            foreach (var chain in stray)
            {
                foreach (var row in await _store.Rows.ReadFiledAsync(chain, chain, cancellationToken))
                {
                    Report(new StoreDifference.SurplusRow(chain, row.Table, row.Item, ChainExists: false));
                }
            }

            if (rebuild)
            {
                await _store.Rows.ReplaceRowsAsync(
                    [.. stray.Select(chain => new ChainRows(chain, []))], cancellationToken);
                _rebuilt += stray.Length;
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
