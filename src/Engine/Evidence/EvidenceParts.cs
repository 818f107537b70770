using Exchange.Engine.Ports;
using Microsoft.Extensions.Logging;

namespace Exchange.Engine.Evidence;

/// <summary>What evidence is made of and where it is kept.</summary>
/// <param name="Folder">Takes the files; what a dead run left there is worth nothing and is removed.</param>
public sealed record EvidenceParts(
    ExchangeId Exchange, ILedgerStore Ledger, IContentStore Contents, string Folder, TimeProvider Time, ILogger Logger);

/// <summary>All chains with the heads of one moment: what a piece of evidence is about.</summary>
internal static class ChainsAtOnce
{
    internal static async ValueTask<IReadOnlyList<ChainWithHead>> ReadAsync(
        ILedgerStore ledger, CancellationToken cancellationToken)
    {
        List<ChainWithHead> chains = [];
        await foreach (var chain in ledger.ReadChainsAsync(after: null, cancellationToken))
        {
            chains.Add(chain);
        }

        return chains;
    }
}
