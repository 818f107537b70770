using Exchange.Grains.Agreements;
using Exchange.Grains.Agreements.Manifests;

namespace Exchange.Grains.Replay;

/// <summary>One delivery beside its manifest, whose leaves are taken household by household. Not thread-safe.</summary>
internal sealed class ManifestAudit
{
    private readonly ManifestReader _reader;
    private readonly long[] _rowsByBlock;
    private readonly Action<ViolationKind, int?> _report;

    /// <summary>Checks the header and reads the first leaf.</summary>
    /// <exception cref="CanonicalFormatException">The bytes are not those of a manifest.</exception>
    internal ManifestAudit(AuditedDelivery delivery, ManifestReader reader, Action<ViolationKind, int?> report)
    {
        Delivery = delivery;
        _reader = reader;
        _report = report;
        _rowsByBlock = new long[reader.Header.Blocks.Length];
        CheckHeader();
        CheckTimes();
        Leaf = Read();
    }

    internal AuditedDelivery Delivery { get; }

    internal ImmutableArray<ManifestBlock> Blocks => _reader.Header.Blocks;

    /// <summary>The leaf that was not taken yet; nothing behind the last one.</summary>
    internal ManifestLeaf? Leaf { get; private set; }

    /// <summary>Whether leaves name members; nothing before the first leaf.</summary>
    internal bool? OfMembers { get; private set; }

    /// <summary>How many leaves were taken.</summary>
    internal long Taken { get; private set; }

    /// <summary>Whether the bytes could be read to their end.</summary>
    internal bool IsReadable { get; private set; } = true;

    /// <summary>Takes the leaf and reads the next one.</summary>
    internal ManifestLeaf Take()
    {
        var leaf = Leaf!;
        var ofMember = leaf.Member is not null;
        if ((OfMembers ??= ofMember) != ofMember || Delivery.Terms.Basis != LawfulBasis.Consent)
        {
            _report(ViolationKind.SubjectLevelDiffers, leaf.Block);
        }

        Taken++;
        _rowsByBlock[leaf.Block] += leaf.Rows;
        Leaf = Read();
        return leaf;
    }

    /// <summary>Compares root and sums once all leaves were taken.</summary>
    internal void Complete()
    {
        if (!IsReadable)
        {
            return;
        }

        if (_reader.Root() != Delivery.Ended.Manifest)
        {
            _report(ViolationKind.ManifestRootDiffers, null);
        }

        for (var block = 0; Delivery.Terms.Basis == LawfulBasis.Consent && block < Blocks.Length; block++)
        {
            if (_rowsByBlock[block] != Blocks[block].Rows)
            {
                _report(ViolationKind.RowsDiffer, block);
            }
        }

        // What of a broken delivery arrived nobody knows: its manifest is the upper bound.
        var rows = Blocks.Sum(block => (long)block.Rows);
        var stated = Delivery.Ended.Rows;
        if (rows < stated || (rows > stated && Delivery.Ended.Outcome == DeliveryOutcome.Complete))
        {
            _report(ViolationKind.RowsDiffer, null);
        }
    }

    private void CheckHeader()
    {
        var header = _reader.Header;
        if (header.Agreement != Delivery.Agreement || header.Delivery != Delivery.Delivery
            || header.Dataset != Delivery.Terms.Dataset || header.Revision != Delivery.Revision
            || !header.Columns.SetEquals(Delivery.Columns))
        {
            _report(ViolationKind.ManifestHeaderDiffers, null);
        }
    }

    // A moment before the start would hide what ended before it; the start itself must have been seen.
    private void CheckTimes()
    {
        var earliest = Delivery.StartedAt;
        foreach (var block in Blocks)
        {
            if (block.ReadBegunAt < earliest || block.ReadBegunAt > Delivery.EndedAt
                || block.Agreement.Index < Delivery.Started)
            {
                _report(ViolationKind.BlockTimeInvalid, block.Number);
            }

            if (block.Rows > ManifestBlock.RowsMax)
            {
                _report(ViolationKind.BlockTooLarge, block.Number);
            }

            earliest = UnixMilliseconds.Max(earliest, block.ReadBegunAt);
        }
    }

    private ManifestLeaf? Read()
    {
        try
        {
            return IsReadable ? _reader.Next() : null;
        }
        catch (CanonicalFormatException)
        {
            IsReadable = false;
            _report(ViolationKind.ManifestUnreadable, null);
            return null;
        }
    }
}
