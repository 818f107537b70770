namespace Exchange.Engine.Ports;

/// <summary>
/// Keeps the chains and is their fence. The unit of outcome is one grain's part of a batch: stored whole and durably,
/// or not at all, and nobody else's part suffers. Thread-safe. Every method throws
/// <see cref="StoreUnavailableException"/> where the store cannot be asked.
/// </summary>
public interface ILedgerStore
{
    /// <summary>
    /// Whether an append compares the heads that a part cites, in its own transaction. Where it does not, nobody cites
    /// what was not asked for.
    /// </summary>
    bool ComparesCited => false;

    /// <summary>
    /// Stores the part with its rows in one transaction. When this returns Stored, the part survives a crash of process
    /// and machine. Where the caller is cancelled the part may still be stored; cancel only what may be left unknown.
    /// </summary>
    ValueTask<AppendOutcome> AppendAsync(ChainPart part, CancellationToken cancellationToken);

    /// <summary>The heads as last committed, in the order asked; an unknown chain has none.</summary>
    ValueTask<ImmutableArray<ChainHead?>> ReadHeadsAsync(
        ImmutableArray<ChainId> chains, CancellationToken cancellationToken);

    /// <summary>The commands that are on their chains already, in the order asked; as last committed.</summary>
    ValueTask<ImmutableArray<KnownCommand?>> FindCommandsAsync(
        ImmutableArray<CommandKey> keys, CancellationToken cancellationToken);

    /// <summary>
    /// The entries of a chain in order, from one index through another; all there are when that is absent.
    /// </summary>
    IAsyncEnumerable<StoredEntry> ReadChainAsync(
        ChainId chain, EntryIndex from, EntryIndex? through, CancellationToken cancellationToken);

    /// <summary>
    /// The entries of several chains: stretch after stretch in the order asked, each as <see cref="ReadChainAsync"/>
    /// gives it. They come in pages, none of them empty, whose size the store bounds; a page may hold entries of many
    /// stretches, and a stretch may go on in the next page.
    /// </summary>
    IAsyncEnumerable<ImmutableArray<StoredEntry>> ReadPagesAsync(
        ImmutableArray<ChainStretch> stretches, CancellationToken cancellationToken);

    /// <summary>All chains in ascending order with the heads of one moment, beginning after a chain.</summary>
    IAsyncEnumerable<ChainWithHead> ReadChainsAsync(ChainId? after, CancellationToken cancellationToken);

    /// <summary>
    /// Entries in the order of their positions, after a position. A reader that goes on from the last position it saw
    /// never skips an entry that commits late.
    /// </summary>
    ValueTask<ImmutableArray<StoredEntry>> ReadTailAsync(
        EntryPosition after, int countMax, CancellationToken cancellationToken);

    /// <summary>
    /// A moment, not before one and not after another, that a read begun afterwards may be judged by: no entry from
    /// before it is stored once this has returned, by whichever process. A store that belongs to one process leaves
    /// that to the process, which knows what it has under way.
    /// </summary>
    /// <exception cref="StoreUnavailableException">
    /// The store cannot be asked, or what was seen lies too far ahead of its own clock.
    /// </exception>
    /// <param name="seen">The time of an entry that is stored.</param>
    /// <param name="now">Nothing that this process has under way, or will have, is from before it.</param>
    ValueTask<UnixMilliseconds> SettleAsync(
        UnixMilliseconds seen, UnixMilliseconds now, CancellationToken cancellationToken) => ValueTask.FromResult(now);

    /// <summary>The greatest time of any entry or settled moment; nothing where there is none.</summary>
    ValueTask<UnixMilliseconds?> ReadGreatestTimeAsync(CancellationToken cancellationToken);
}
