using Exchange.Engine.Pipeline;
using Exchange.Engine.Ports;
using Exchange.Grains.Agreements;

namespace Exchange.Engine.Checking;

/// <summary>One chain while it is checked: its fold, and what was found. Not thread-safe.</summary>
internal sealed class CheckedChain(
    GrainRules rules, ExchangeId exchange, ChainWithHead stated, Snapshot? snapshot)
{
    private readonly ChainFold _fold = new(rules, exchange, stated.Chain);
    private readonly FoldedRows _rows = new();
    private readonly List<StoreDifference> _findings = [];
    private StoreDifference? _broken;
    private Belief? _atSnapshot;

    internal ChainId Chain => stated.Chain;

    /// <summary>How many entries are good.</summary>
    internal long Entries { get; private set; }

    /// <summary>How many steps of a process have not come to rest.</summary>
    internal long InFlight { get; private set; }

    internal bool IsBroken => _broken is not null;

    /// <summary>Where the fold stands.</summary>
    internal EntryIndex Index => _fold.Head.Index;

    /// <summary>Whether there are entries behind the stated head.</summary>
    internal bool GoesOn => !IsBroken && Index > stated.Head.Index;

    internal bool RowsDiffer { get; private set; }

    internal bool SnapshotDiffers { get; private set; }

    /// <summary>Everything found, in the order in which one who reads the chain finds it.</summary>
    internal IEnumerable<StoreDifference> Findings => _findings;

    /// <summary>The rows that the chain gives.</summary>
    internal ChainRows Rows => new(Chain, [.. _rows.InOrder]);

    /// <summary>The snapshot that the chain gives.</summary>
    internal Snapshot SnapshotOfFold
    {
        get
        {
            var belief = _fold.Belief;
            var writer = new CanonicalWriter();
            rules.WriteState(writer, belief.State);
            return new(Chain, belief.Head, belief.HeadTime, rules.StateVersion, writer.ToArray());
        }
    }

    /// <summary>Folds the next entry; nothing where the chain is broken, here or before.</summary>
    internal Entry? Add(StoredEntry stored)
    {
        if (IsBroken)
        {
            return null;
        }

        try
        {
            var folded = _fold.AddWithRows(stored.Bytes);
            _rows.Change(folded.Changes);
            if (snapshot is not null && _fold.Head == snapshot.Head)
            {
                _atSnapshot = _fold.Belief;
            }

            Entries++;
            return folded.Entry;
        }
        catch (ChainBrokenException broken)
        {
            _broken = new StoreDifference.BrokenChain(broken.Chain, broken.Index, broken.Reason);
            return null;
        }
    }

    /// <summary>Notes that an entry cites what the cited chain does not have.</summary>
    internal void MissCited(EntryIndex index, ChainId cited, ChainHead expected) =>
        _findings.Add(new StoreDifference.CitationOffChain(Chain, index, cited, expected));

    /// <summary>Compares, once all entries are folded.</summary>
    internal void Complete(IEnumerable<FiledRow> filed)
    {
        if (!IsBroken && _fold.Head != stated.Head)
        {
            _broken = new StoreDifference.BrokenChain(
                Chain, _fold.Head.Index.Next, $"Expected the head {stated.Head}, found {_fold.Head}");
        }

        if (_broken is not null)
        {
            _findings.Add(_broken);
            return;
        }

        RowsDiffer = CompareRows(filed);
        SnapshotDiffers = CompareSnapshot();
        CheckProcess();
    }

    private bool CompareRows(IEnumerable<FiledRow> filed)
    {
        var before = _findings.Count;
        var found = new HashSet<Row>(ReferenceEqualityComparer.Instance);
        foreach (var row in filed)
        {
            if (_rows.Find(row.Table, row.Item) is not { } right)
            {
                _findings.Add(new StoreDifference.SurplusRow(Chain, row.Table, row.Item, ChainExists: true));
                continue;
            }

            _ = found.Add(right);

            // What lists are made by counts as much as the row: a delivery finds its consents that way.
            if (!row.Is(right, RowBytes.Of(right)))
            {
                _findings.Add(new StoreDifference.OtherRow(Chain, row.Table, row.Item));
            }
        }

        if (found.Count < _rows.Count)
        {
            _findings.AddRange(_rows.Except(found).Select(
                missing => new StoreDifference.MissingRow(Chain, missing.Table, missing.Item)));
        }

        return _findings.Count > before;
    }

    private bool CompareSnapshot()
    {
        // A version that this code does not know is ignored by the reader, so it is no fault.
        if (snapshot is null || snapshot.StateVersion != rules.StateVersion)
        {
            return false;
        }

        if (_atSnapshot is null)
        {
            _findings.Add(new StoreDifference.SnapshotOffChain(Chain, snapshot.Head));
            return true;
        }

        var writer = new CanonicalWriter();
        rules.WriteState(writer, _atSnapshot.State);
        if (writer.Written.SequenceEqual(snapshot.State.Span) && snapshot.HeadTime == _atSnapshot.HeadTime)
        {
            return false;
        }

        _findings.Add(new StoreDifference.OtherSnapshot(Chain, snapshot.Head.Index));
        return true;
    }

    // What is noted on one chain and not on the other is on its way, or parked: at rest it is one-sided.
    private void CheckProcess()
    {
        if (_fold.State is not AgreementState agreement)
        {
            return;
        }

        foreach (var (step, status) in agreement.Registrations)
        {
            InFlight += status == RegistrationStatus.Open ? 1 : 0;
            if (status == RegistrationStatus.Parked)
            {
                _findings.Add(new StoreDifference.OneSided(Chain, step.ToString()));
            }
        }
    }
}
