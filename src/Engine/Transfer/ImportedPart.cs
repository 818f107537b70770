using Exchange.Engine.Pipeline;
using Exchange.Engine.Ports;

namespace Exchange.Engine.Transfer;

/// <summary>
/// Gathers a chain's entries into parts, with the rows they change; what the store has is only folded.
/// </summary>
internal sealed class ImportedPart(ChainFold fold, ChainHead? kept)
{
    private readonly ImmutableArray<PendingEntry>.Builder _entries = ImmutableArray.CreateBuilder<PendingEntry>();
    private readonly ImmutableArray<RowChange>.Builder _rows = ImmutableArray.CreateBuilder<RowChange>();
    private ChainHead _expected = fold.Head;

    internal bool IsEmpty => _entries.Count == 0;

    internal bool IsFull => _entries.Count == ChainPart.EntriesMax;

    /// <exception cref="TransferException">The store has another entry in this place.</exception>
    internal void Add(ReadOnlyMemory<byte> bytes)
    {
        var (entry, changes) = fold.AddWithRows(bytes);
        if (kept is { } head && entry.Index <= head.Index)
        {
            if (entry.Index == head.Index && fold.Head != head)
            {
                throw new TransferException(
                    $"The store's chain {entry.Chain} has another entry at {head.Index}. Import into an empty store.");
            }

            _expected = fold.Head;
            return;
        }

        _entries.Add(new(
            entry.Index, fold.Head.Hash, entry.RecordedAt, entry.Actor.Id, entry.CommandId,
            Hashes.Command(entry.Actor.Id, entry.Command), bytes));
        _rows.AddRange(changes);
    }

    /// <summary>What was gathered; the next part begins behind it.</summary>
    internal ChainPart Take()
    {
        var part = new ChainPart(
            fold.Chain, _expected, _entries.DrainToImmutable(), _rows.DrainToImmutable());
        _expected = fold.Head;
        return part;
    }
}
