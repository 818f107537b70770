using System.Runtime.CompilerServices;
using Exchange.Engine.Ports;

namespace Exchange.Engine.Pipeline;

/// <summary>
/// Puts chains together that are read at once: so many that asking costs little, so few that their entries fit into
/// memory. A longer chain is a batch of its own.
/// </summary>
public static class ChainBatches
{
    /// <summary>How many entries a batch has, unless one chain has more.</summary>
    public const int EntriesMax = 4096;

    /// <summary>How many chains a batch has.</summary>
    public const int ChainsMax = 1024;

    /// <summary>The chains in their order, batch by batch; no batch is empty.</summary>
    public static async IAsyncEnumerable<ImmutableArray<ChainWithHead>> OfAsync(
        IAsyncEnumerable<ChainWithHead> chains, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var batch = ImmutableArray.CreateBuilder<ChainWithHead>();
        var room = (long)EntriesMax;
        await foreach (var chain in chains.WithCancellation(cancellationToken))
        {
            // What a head says is not checked yet, so that nothing is counted with it before it is bounded.
            var count = Math.Min(chain.Head.Index.Value, EntriesMax) + 1;
            if (batch.Count > 0 && (count > room || batch.Count == ChainsMax))
            {
                yield return batch.DrainToImmutable();
                room = EntriesMax;
            }

            batch.Add(chain);
            room -= count;
        }

        if (batch.Count > 0)
        {
            yield return batch.DrainToImmutable();
        }
    }

    /// <summary>
    /// The entries of chains through their heads, chain after chain; pages as the store gives them. What is behind a
    /// head is not read.
    /// </summary>
    public static async IAsyncEnumerable<ImmutableArray<StoredEntry>> ReadAsync(
        ILedgerStore ledger, IReadOnlyList<ChainWithHead> chains,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var first = 0; first < chains.Count; first += ChainsMax)
        {
            ImmutableArray<ChainStretch> stretches =
            [
                .. chains.Skip(first).Take(ChainsMax)
                    .Select(each => new ChainStretch(each.Chain, new(0), each.Head.Index)),
            ];
            await foreach (var page in ledger.ReadPagesAsync(stretches, cancellationToken))
            {
                yield return page;
            }
        }
    }
}
