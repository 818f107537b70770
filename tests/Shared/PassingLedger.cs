using System.Collections.Immutable;
using Exchange.Engine.Ports;
using Exchange.Ledger;

namespace Exchange.Tests.Shared;

/// <summary>A ledger that passes everything on to another one; a test overrides what it wants to meet.</summary>
internal abstract class PassingLedger(ILedgerStore inner) : ILedgerStore
{
    public bool ComparesCited => inner.ComparesCited;

    public virtual ValueTask<AppendOutcome> AppendAsync(ChainPart part, CancellationToken cancellationToken) =>
        inner.AppendAsync(part, cancellationToken);

    public virtual ValueTask<ImmutableArray<ChainHead?>> ReadHeadsAsync(
        ImmutableArray<ChainId> chains, CancellationToken cancellationToken) =>
        inner.ReadHeadsAsync(chains, cancellationToken);

    public virtual ValueTask<ImmutableArray<KnownCommand?>> FindCommandsAsync(
        ImmutableArray<CommandKey> keys, CancellationToken cancellationToken) =>
        inner.FindCommandsAsync(keys, cancellationToken);

    public virtual IAsyncEnumerable<StoredEntry> ReadChainAsync(
        ChainId chain, EntryIndex from, EntryIndex? through, CancellationToken cancellationToken) =>
        inner.ReadChainAsync(chain, from, through, cancellationToken);

    public virtual IAsyncEnumerable<ImmutableArray<StoredEntry>> ReadPagesAsync(
        ImmutableArray<ChainStretch> stretches, CancellationToken cancellationToken) =>
        inner.ReadPagesAsync(stretches, cancellationToken);

    public IAsyncEnumerable<ChainWithHead> ReadChainsAsync(ChainId? after, CancellationToken cancellationToken) =>
        inner.ReadChainsAsync(after, cancellationToken);

    public ValueTask<ImmutableArray<StoredEntry>> ReadTailAsync(
        EntryPosition after, int countMax, CancellationToken cancellationToken) =>
        inner.ReadTailAsync(after, countMax, cancellationToken);

    public ValueTask<UnixMilliseconds> SettleAsync(
        UnixMilliseconds seen, UnixMilliseconds now, CancellationToken cancellationToken) =>
        inner.SettleAsync(seen, now, cancellationToken);

    public ValueTask<UnixMilliseconds?> ReadGreatestTimeAsync(CancellationToken cancellationToken) =>
        inner.ReadGreatestTimeAsync(cancellationToken);
}
